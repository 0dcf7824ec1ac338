import { Option, type Command } from 'commander';
import { share, treeDepth } from './option-values.ts';

export function declareRules(program: Command): void {
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
    .action(async (files, options) => (await import('../commands/rules.ts')).rules(files, options));
}
