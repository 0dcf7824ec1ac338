import type { Command } from 'commander';
import { number, positive, count, port } from './option-values.ts';

export function declareDriver(program: Command): void {
  program
    .command('driver')
    .description('test a running PetStore against its model, with concurrent clients')
    .argument('<host>', 'where PetStore runs')
    .argument('<port>', '9090 in the lab', port)
    .option('--clients <number>', 'that act at the same time', count, 4)
    .option(
      '--tests <number>',
      'that must pass; default: 100, or as many as --duration lasts',
      count,
    )
    .option('--max-commands <number>', 'of one test', count, 40)
    .option('--duration <seconds>', 'after this time no further test begins', number)
    .option('--rate <number>', 'of calls a second at most', positive)
    .option('--seed <number>', 'what the tests depend on', number)
    .option('--path <path>', 'of a failure to replay, with its seed')
    .option(
      '--timeout <seconds>',
      'for an answer; after it the call counts as pending',
      positive,
      10,
    )
    .option('--log <file>', "the firehose, to show a failure's lines")
    .option('--history <file>', 'write the history of the failed or the last test to this file')
    .option('--json', 'the result as JSON on stdout')
    .action(async (host, port, options) =>
      (await import('../commands/driver.ts')).driver(host, port, options),
    );
}
