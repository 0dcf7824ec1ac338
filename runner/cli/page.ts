import type { Command } from 'commander';
import { port } from './option-values.ts';

export function declarePage(program: Command): void {
  program
    .command('page')
    .description('the page over a stored firehose')
    .option('--log <file>', 'default: .onelog/firehose.ndjson')
    .option('--page-port <port>', 'of the page and the query API', port, 16_680)
    .action(async (options) => (await import('../commands/page.ts')).page(options));
}
