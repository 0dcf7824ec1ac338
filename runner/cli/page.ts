import type { Command } from 'commander';
import { port } from './option-values.ts';

/** What the help says of them, here and for `run`. */
export const PAGE_HOST =
  'where the page listens; beyond loopback it asks who visits for a token (in a container 0.0.0.0 is loopback)';
export const PAGE_TOKEN =
  'what who visits must know, 16 characters or more; or $ONELOG_PAGE_TOKEN, which `ps` does not show; default beyond loopback: one is made';

export function declarePage(program: Command): void {
  program
    .command('page')
    .description('the page over a stored firehose')
    .option('--log <file>', 'default: .onelog/firehose.ndjson')
    .option('--page-port <port>', 'of the page and the query API', port, 16_680)
    .option('--page-host <address>', PAGE_HOST, '127.0.0.1')
    .option('--page-token <text>', PAGE_TOKEN)
    .action(async (options) => (await import('../commands/page.ts')).page(options));
}
