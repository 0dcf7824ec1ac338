/** The program: every subcommand, in the order of `--help`. Each is a file, read only when it is called. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parseBytes, parseSeconds } from './units.ts';
import { UserError } from './user-error.ts';

const program = new Command('onelog')
  .description('Traces, incidents and replays from the logs a system already writes')
  .configureHelp({ showGlobalOptions: false })
  .exitOverride()
  .showSuggestionAfterError();

program
  .command('run')
  .description('start processes, merge what they log into one firehose and rebuild traces from it')
  .argument('[command...]', 'one process to start instead of the lab, after --')
  .option('-c, --config <file>', 'what to start (YAML or JSON); default: the lab')
  .option('--tail <file...>', 'merge files that other programs write; alone: instead of the lab')
  .option('--docker', 'merge the logs of containers, and what docker tells of them; alone as well')
  .option(
    '--label <label>',
    'only containers with it: KEY or KEY=VALUE; may be repeated',
    collect,
    [],
  )
  .option('--compose <project>', 'only containers of this compose project')
  .addOption(
    new Option('--from <where>', 'of what --tail and --docker find written already')
      .choices(['start', 'end'])
      .default('start'),
  )
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
    new Option('--log-max-size <size>', 'a log of this size is put away, compressed; 0: never')
      .argParser(bytes)
      .default(256 * 2 ** 20, '256MB'),
  )
  .addOption(
    new Option('--log-max-age <time>', 'one that old is as well; 0: never')
      .argParser(milliseconds)
      .default(86_400_000, '1d'),
  )
  .addOption(
    new Option('--log-max-total <size>', 'of all that is kept; the oldest goes first; 0: no limit')
      .argParser(bytes)
      .default(2 ** 31, '2GB'),
  )
  .addOption(
    new Option(
      '--format <format>',
      'of the firehose on stdout; default: text on a terminal, else json',
    ).choices(['text', 'json']),
  )
  .option('--split', 'show each node in a pane of its own, on a terminal')
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
  .option(
    '--page-host <address>',
    'where the page listens: loopback; in a container 0.0.0.0',
    '127.0.0.1',
  )
  .option('--petstore-port <port>', "of the lab's PetStore", port, 9090)
  .option('--payment-port <port>', "of the lab's Payment", port, 8080)
  .option('--max-line <bytes>', 'longer lines are split, with a mark', positiveInteger, 1024 * 1024)
  .option('--grace <seconds>', 'between SIGTERM and SIGKILL when stopping', number, 5)
  .action(async (command, options) => (await import('./commands/run.ts')).run(command, options));

program
  .command('spans')
  .description('make spans of any log: One Log, with or without trace ids, structured or text')
  .argument('<file...>', 'logs, packed or not; several are merged by time; - reads stdin')
  .option(
    '--rules <rules>',
    'auto, none, a rules file, or one that ships (onelog rules --help)',
    'auto',
  )
  .addOption(
    new Option('--format <format>', 'of the spans on stdout')
      .choices(['ndjson', 'otlp', 'jaeger'])
      .default('ndjson'),
  )
  .option('--send <url>', 'send them to this OTLP URL instead')
  .option('--timezone <zone>', 'of times that name none', 'UTC')
  .option('--slack <seconds>', 'how far lines of several files may be out of order', number, 1)
  .option('--correct-skew', "put all spans on one clock, by how far the hosts' clocks are apart")
  .action(async (files, options) => (await import('./commands/spans.ts')).spans(files, options));

program
  .command('driver')
  .description('test a running PetStore against its model, with concurrent clients')
  .argument('<host>', 'where PetStore runs')
  .argument('<port>', '9090 in the lab', port)
  .option('--clients <number>', 'that act at the same time', count, 4)
  .option('--tests <number>', 'that must pass; default: 100, or as many as --duration lasts', count)
  .option('--max-commands <number>', 'of one test', count, 40)
  .option('--duration <seconds>', 'after this time no further test begins', number)
  .option('--rate <number>', 'of calls a second at most', positive)
  .option('--seed <number>', 'what the tests depend on', number)
  .option('--path <path>', 'of a failure to replay, with its seed')
  .option('--timeout <seconds>', 'for an answer; after it the call counts as pending', positive, 10)
  .option('--log <file>', "the firehose, to show a failure's lines")
  .option('--history <file>', 'write the history of the failed or the last test to this file')
  .option('--json', 'the result as JSON on stdout')
  .action(async (host, port, options) =>
    (await import('./commands/driver.ts')).driver(host, port, options),
  );

program
  .command('linearize')
  .description('check a recorded history for linearizability')
  .argument('<file>', "the driver's own, or Jepsen's as a log or EDN; - reads stdin")
  .addOption(
    new Option('--model <model>', 'what it is a history of; default: what its format says').choices(
      ['register', 'cas-register', 'kv', 'petstore'],
    ),
  )
  .option('--time-limit <seconds>', 'after it the answer is unknown', positive, 60)
  .option('--svg <file>', 'draw it there')
  .addOption(
    new Option('--format <format>', 'of the answer').choices(['text', 'json']).default('text'),
  )
  .action(async (file, options) =>
    (await import('./commands/linearize.ts')).linearize(file, options),
  );

program
  .command('compare')
  .description('how well rebuilt spans are the true ones; exits with 1 where they differ')
  .argument('<true>', 'spans as NDJSON, OTLP JSON or Jaeger JSON; - reads stdin')
  .argument('<rebuilt>', 'the same of the rebuilt ones')
  .addOption(
    new Option('--by <what>', 'how spans are matched: by their ids, or by service, name and time')
      .choices(['auto', 'ids', 'shape'])
      .default('auto'),
  )
  .addOption(
    new Option('--format <format>', 'of the result on stdout')
      .choices(['text', 'json'])
      .default('text'),
  )
  .action(async (real, rebuilt, options) =>
    (await import('./commands/compare.ts')).compare(real, rebuilt, options),
  );

program
  .command('rules')
  .description('check and draw rules, learn them from a log, or run them for their rows')
  .argument('[log...]', 'for --run: logs of any format; - reads stdin')
  .option('--check <rules>', 'find what is likely wrong; exits with 1 if there is something')
  .option('--dot <rules>', "the rules' states as a graph for Graphviz")
  .option('--svg <rules>', 'the same as a drawing')
  .option('--learn <log>', 'propose rules from a text log')
  .option('--templates <log>', 'the template of each line')
  .option('--run <rules>', 'run rules over logs and print the rows that they emit')
  .addOption(
    new Option('--format <format>', 'of the answer; default: csv for tables, else text').choices([
      'text',
      'json',
      'csv',
      'ndjson',
    ]),
  )
  .option('--table <name>', 'for --run: only the rows of this table')
  .option('--timezone <zone>', 'of times that name none; default: UTC')
  .option(
    '--similarity <share>',
    'of the words of a line that a template must have, 0 to 1',
    share,
    0.5,
  )
  .option('--depth <levels>', "of Drain's tree, from 3", treeDepth, 4)
  .action(async (files, options) => (await import('./commands/rules.ts')).rules(files, options));

program
  .command('init')
  .description('write a config file from a package.json, a Procfile or a compose file')
  .argument('[file]', 'to write', 'onelog.yaml')
  .option('--from <file>', 'to read; default: the first of them that is here')
  .option('--force', 'overwrite what is there')
  .action(async (file, options) => (await import('./commands/init.ts')).init(file, options));

program
  .command('docker-proxy')
  .description('let others read logs and events of the Docker engine, and nothing else')
  .option('--listen <where>', 'unix:///path, or tcp://127.0.0.1:PORT', 'tcp://127.0.0.1:2375')
  .option('--user <id>', 'to become when started as root', number, 1000)
  .action(async (options) =>
    (await import('./commands/docker-proxy.ts')).serveDockerProxy(options),
  );

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

function share(text: string): number {
  const value = number(text);
  if (value > 1) throw new InvalidArgumentError('expected a number from 0 to 1.');
  return value;
}

function treeDepth(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 3)
    throw new InvalidArgumentError('expected a whole number from 3.');
  return value;
}

function positiveInteger(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 4)
    throw new InvalidArgumentError('expected a whole number from 4.');
  return value;
}

function positive(text: string): number {
  const value = number(text);
  if (value === 0) throw new InvalidArgumentError('expected a number above 0.');
  return value;
}

function count(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value === 0)
    throw new InvalidArgumentError('expected a whole number from 1.');
  return value;
}

function port(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value > 65_535) {
    throw new InvalidArgumentError('expected a port, 0 to 65535 (0 for any free one).');
  }
  return value;
}

/** Infinity for 0: there is no limit then. */
function bytes(text: string): number {
  const value = parseBytes(text);
  if (value === undefined) throw new InvalidArgumentError('expected a size such as 64MB.');
  return value || Infinity;
}

function milliseconds(text: string): number {
  const value = parseSeconds(text);
  if (value === undefined) throw new InvalidArgumentError('expected a time such as 12h or 7d.');
  return value * 1e3 || Infinity;
}

function list(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

function collect(text: string, before: readonly string[]): string[] {
  return [...before, text];
}
