import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseSeconds } from '../units.ts';
import { number } from './option-values.ts';

const MAX_SECONDS = 600;
const MAX_DECOYS = 20;

export function declareFault(program: Command): void {
  program
    .command('fault')
    .description('do something bad to a node of the running lab for a while, to practise on')
    .argument('[kind]', 'cpu, memory, disk, kill, pause, port, refuse, loss, delay, slow or errors')
    .option('--list', 'all kinds, each with what it does and what --size means for it')
    .option('--node <node>', 'which node of the lab that runs in this folder')
    .addOption(
      new Option('--for <time>', 'how long, at most 10m')
        .argParser(duration)
        .default(10_000, '10s'),
    )
    .option('--size <size>', 'how much of it; what that is depends on the kind (--list)')
    .option('--decoys <number>', 'harmless events of other processes around it', decoys, 0)
    .option('--seed <number>', 'what the decoys depend on', number)
    .option('--truth <file>', 'where to write what was done; default: .onelog/faults.ndjson')
    .addOption(
      new Option('--format <format>', 'json: what was done as JSON on stdout')
        .choices(['text', 'json'])
        .default('text'),
    )
    .action(async (kind, options) => (await import('../commands/fault.ts')).fault(kind, options));
}

/** In milliseconds. */
function duration(text: string): number {
  const seconds = parseSeconds(text);
  if (seconds === undefined || seconds === 0 || seconds > MAX_SECONDS) {
    throw new InvalidArgumentError('expected a time such as 10s, at most 10m.');
  }
  return seconds * 1e3;
}

function decoys(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value > MAX_DECOYS) {
    throw new InvalidArgumentError(`expected a whole number from 0 to ${MAX_DECOYS}.`);
  }
  return value;
}
