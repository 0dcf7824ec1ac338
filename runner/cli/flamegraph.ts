import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseSeconds } from '../units.ts';
import { count } from './option-values.ts';

export function declareFlamegraph(program: Command): void {
  program
    .command('flamegraph')
    .description(
      'where the time of one trace goes, or of many: flame graph, critical path, comparison',
    )
    .option(
      '--log <file>',
      'a log of any format; default: that of the lab which runs here, or ran last',
    )
    .option('--file <file>', 'spans: Jaeger JSON, OTLP JSON or NDJSON; - reads stdin')
    .option('--jaeger <url>', "Jaeger's UI, such as http://127.0.0.1:16686")
    .option('--limit <count>', 'traces of each service asked of Jaeger', count, 1_000)
    .option('--trace <id>', 'this trace only; the beginning of its id will do')
    .option('--service <name>', 'traces with a span of this service')
    .option('--operation <name>', 'traces with a span of this name (and that service)')
    .option('--errors', 'traces with a failed span')
    .option('--slower-than <time>', 'traces that took longer, such as 100ms', millis)
    .option('--from <time>', '2026-11-23T09:00:00Z, 09:00 (UTC), or 10m before the end')
    .option('--to <time>', 'the same, exclusive')
    .option('--critical-path', 'only what decided how long each trace took')
    .option(
      '--diff <other>',
      "what has changed since: a file of spans or a log, times 09:00..09:05, or words 'service=petstore errors'",
    )
    .addOption(
      new Option('--by <what>', 'what --diff compares')
        .choices(['duration', 'count'])
        .default('duration'),
    )
    .addOption(
      new Option('--format <format>', 'of the result')
        .choices(['svg', 'folded', 'speedscope', 'pprof', 'perfetto', 'text', 'json'])
        .default('svg'),
    )
    .option(
      '-o, --output <file>',
      'default: stdout; where that is a terminal, a picture becomes a file',
    )
    .action(async (options) => (await import('../commands/flamegraph.ts')).flamegraph(options));
}

function millis(text: string): number {
  const seconds = parseSeconds(text);
  if (seconds === undefined) throw new InvalidArgumentError('expected a time such as 100ms or 2s.');
  return seconds * 1e3;
}
