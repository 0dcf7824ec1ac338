/** The program: every subcommand, in the order of `--help`. Each is a file, read only when it is called. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { UserError } from './user-error.ts';

const program = new Command('onelog')
  .description('Traces, incidents and replays from the logs a system already writes')
  .configureHelp({ showGlobalOptions: false })
  .exitOverride()
  .showSuggestionAfterError();

program
  .command('run')
  .description('start processes, merge what they log into one firehose and rebuild traces from it')
  .option('-c, --config <file>', 'what to start (YAML or JSON); default: the lab')
  .option(
    '--traffic <rate>',
    "the lab's synthetic shoppers, in requests a second; 0 for none",
    number,
    2,
  )
  .option(
    '--jaeger <where>',
    'auto, compose, embedded, or the URL of an OTLP receiver (with --exporter jaeger: of a collector)',
    'auto',
  )
  .option('--jaeger-query <url>', "Jaeger's UI and query API, for the links")
  .addOption(
    new Option('--exporter <protocol>', 'how spans are sent to Jaeger')
      .choices(['otlp', 'jaeger'])
      .default('otlp'),
  )
  .option('--log <file>', 'append the firehose to this file; default: .onelog/firehose.ndjson')
  .addOption(
    new Option(
      '--format <format>',
      'of the firehose on stdout; default: text on a terminal, else json',
    ).choices(['text', 'json']),
  )
  .option('--only <nodes>', 'show these nodes only, separated by commas', list)
  .option(
    '--grep <filter>',
    'show matching lines only: a text, /a regexp/, or a lens (log.level >= 40); may be repeated',
    collect,
    [],
  )
  .option(
    '--level <level>',
    'show lines of this level and above: trace, debug, info, warn, error, fatal or a number',
  )
  .option('--page-port <port>', 'of the page and the query API', port, 16_680)
  .option('--petstore-port <port>', "of the lab's PetStore", port, 9090)
  .option('--payment-port <port>', "of the lab's Payment", port, 8080)
  .option('--max-line <bytes>', 'longer lines are split, with a mark', positiveInteger, 1024 * 1024)
  .option('--grace <seconds>', 'between SIGTERM and SIGKILL when stopping', number, 5)
  .action(async (options) => (await import('./commands/run.ts')).run(options));

program
  .command('spans')
  .description('rebuild spans from a stored firehose')
  .argument('<file...>', 'firehose files; - reads stdin')
  .addOption(
    new Option('--format <format>', 'of the spans on stdout')
      .choices(['ndjson', 'jaeger'])
      .default('ndjson'),
  )
  .option('--send <url>', 'send them to this OTLP URL instead')
  .action(async (files, options) => (await import('./commands/spans.ts')).spans(files, options));

program
  .command('page')
  .description('the page over a stored firehose')
  .option('--log <file>', 'default: .onelog/firehose.ndjson')
  .option('--page-port <port>', 'of the page and the query API', port, 16_680)
  .action(async (options) => (await import('./commands/page.ts')).page(options));

program
  .command('send')
  .description("write a command to a node's stdin, such as: onelog send petstore BreakCircuit")
  .argument('<node>', 'a node of the lab that runs in this folder')
  .argument('<command>', 'its name, or a whole JSON object')
  .argument('[field=value...]', 'its fields: ms=200')
  .action(async (node, command, fields) =>
    (await import('./commands/send.ts')).send(node, command, fields),
  );

// A terminal that has gone away takes no messages; that is no reason to stop halfway.
process.stderr.on('error', () => {});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said it; its own 1 for wrong use is our 2.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof UserError) {
    process.stderr.write(`one-log: ${error.message}\n`);
    process.exitCode = error.exitCode;
  } else {
    throw error;
  }
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError('expected a number from 0.');
  }
  return value;
}

function positiveInteger(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 4)
    throw new InvalidArgumentError('expected a whole number from 4.');
  return value;
}

function port(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value > 65_535) {
    throw new InvalidArgumentError('expected a port, 0 to 65535 (0 for any free one).');
  }
  return value;
}

function list(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

function collect(text: string, before: readonly string[]): string[] {
  return [...before, text];
}
