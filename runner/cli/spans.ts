import { Option, type Command } from 'commander';
import { number } from './option-values.ts';

export function declareSpans(program: Command): void {
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
    .action(async (files, options) => (await import('../commands/spans.ts')).spans(files, options));
}
