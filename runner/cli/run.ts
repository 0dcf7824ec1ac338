import { Option, type Command } from 'commander';
import { PAGE_HOST, PAGE_TOKEN } from './page.ts';
import {
  number,
  positiveInteger,
  port,
  bytes,
  milliseconds,
  sampling,
  list,
  collect,
} from './option-values.ts';

export function declareRun(program: Command): void {
  program
    .command('run')
    .description(
      'start processes, merge what they log into one firehose and rebuild traces from it',
    )
    .argument('[command...]', 'one process to start instead of the lab, after --')
    .option('-c, --config <file>', 'what to start (YAML or JSON); default: the lab')
    .option('--tail <file...>', 'merge files that other programs write; alone: instead of the lab')
    .option(
      '--docker',
      'merge the logs of containers, and what docker tells of them; alone as well',
    )
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
      5,
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
      new Option(
        '--log-max-total <size>',
        'of all that is kept; the oldest goes first; 0: no limit',
      )
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
    .option(
      '--only <nodes>',
      'show these nodes only, separated by commas; figures of the system (vmstat, pressure, iostat, processes, network, perf, docker, osquery) are shown as text to who names them here',
      list,
    )
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
    .option('--page-host <address>', PAGE_HOST, '127.0.0.1')
    .option('--page-token <text>', PAGE_TOKEN)
    .option('--petstore-port <port>', "of the lab's PetStore", port, 9090)
    .option('--payment-port <port>', "of the lab's Payment", port, 8080)
    .option(
      '--osquery-port <port>',
      'of the osquery TLS server, which the lab has (8088) and others only with this',
      port,
    )
    .option(
      '--osquery-host <address>',
      'where it listens; beyond loopback with a secret',
      '127.0.0.1',
    )
    .option(
      '--osquery-secret <file>',
      'what osquery agents must know to enroll, made where it is missing; default: none',
    )
    .option('--osquery-keys <folder>', 'of certificates and node keys; default: .onelog/osquery')
    .option('--osquery-config <file>', 'what they are to ask; default: the osquery.conf that ships')
    .option('--no-osquery-agent', 'no agent for this machine: others enroll')
    .option('--no-osquery', 'neither that server nor an agent')
    .addOption(
      new Option('--sample <time>', 'look at the system around the lab so often; 0: never')
        .argParser(sampling)
        .default(1_000, '1s'),
    )
    .option('--perf', "also sample what the lab's processes spend their CPU time on, by perf")
    .option(
      '--max-line <bytes>',
      'longer lines are split, with a mark',
      positiveInteger,
      1024 * 1024,
    )
    .option('--grace <seconds>', 'between SIGTERM and SIGKILL when stopping', number, 5)
    .action(async (command, options) => (await import('../commands/run.ts')).run(command, options));
}
