import type { Command } from 'commander';

export function declareInit(program: Command): void {
  program
    .command('init')
    .description('write a config file from a package.json, a Procfile or a compose file')
    .argument('[file]', 'to write', 'onelog.yaml')
    .option('--from <file>', 'to read; default: the first of them that is here')
    .option('--force', 'overwrite what is there')
    .action(async (file, options) => (await import('../commands/init.ts')).init(file, options));
}
