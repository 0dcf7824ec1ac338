import { Option, type Command } from 'commander';
import { collect, duration } from './option-values.ts';

export function declareIncident(program: Command): void {
  program
    .command('incident')
    .description(
      'which system event explains failing and slow requests, in the running lab or any log',
    )
    .option(
      '--window <time>',
      'how far an event may be from a trace and still be tied to it',
      duration,
      5,
    )
    .option(
      '--at <time>',
      'the incident at this time, not the newest: 12:34:56, RFC 3339, Unix seconds',
    )
    .option('--from <time>', 'an incident from this time on')
    .option('--to <time>', 'an incident that begins before this time')
    .option(
      '--log <file>',
      "a log, packed or not; - reads stdin; may be repeated; default: the running lab's, or its last",
      collect,
      [],
    )
    .option('--rules <rules>', 'how spans are made of foreign logs, as of `onelog spans`', 'auto')
    .option(
      '--send <url>',
      'also send a span for each trace concerned, naming the event, to this OTLP URL',
    )
    .addOption(
      new Option('--format <format>', 'of the answer')
        .choices(['text', 'json', 'html'])
        .default('text'),
    )
    .action(async (options) => (await import('../commands/incident.ts')).incident(options));
}
