import { Option, type Command } from 'commander';
import { positive } from './option-values.ts';

export function declareLinearize(program: Command): void {
  program
    .command('linearize')
    .description('check a recorded history for linearizability')
    .argument('<file>', "the driver's own, or Jepsen's as a log or EDN; - reads stdin")
    .addOption(
      new Option(
        '--model <model>',
        'what it is a history of; default: what its format says',
      ).choices(['register', 'cas-register', 'kv', 'petstore']),
    )
    .option('--time-limit <seconds>', 'after it the answer is unknown', positive, 60)
    .option('--svg <file>', 'draw it there')
    .addOption(
      new Option('--format <format>', 'of the answer').choices(['text', 'json']).default('text'),
    )
    .action(async (file, options) =>
      (await import('../commands/linearize.ts')).linearize(file, options),
    );
}
