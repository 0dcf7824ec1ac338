import { Option, type Command } from 'commander';
import { milliseconds, port } from './option-values.ts';

export function declareOsquery(program: Command): void {
  program
    .command('osquery')
    .description('the osquery TLS server by itself; or a query, here or on an enrolled host')
    .option('--query <sql>', 'run one query over the tables of this machine')
    .option('--on <host>', 'run it on this host instead, which has enrolled with the running lab')
    .option('--hosts', 'list the hosts that have enrolled with the running lab')
    .option('--timeout <time>', 'how long --on waits for the answer', milliseconds, 10_000)
    .addOption(
      new Option(
        '--format <format>',
        'of rows: text, json or csv; of the firehose: text or json',
      ).choices(['text', 'json', 'csv']),
    )
    .option(
      '--host <address>',
      'where agents are served; beyond loopback with --secret',
      '127.0.0.1',
    )
    .option('--port <port>', 'default: 8088', port)
    .option(
      '--secret <file>',
      'what agents must know to enroll, made where it is missing; default: none',
    )
    .option('--config <file>', 'what they are to ask, an osquery.conf; default: the one that ships')
    .option('--log <file>', 'append the firehose to this file; default: .onelog/firehose.ndjson')
    .action(async (options) => (await import('../commands/osquery.ts')).osquery(options));
}
