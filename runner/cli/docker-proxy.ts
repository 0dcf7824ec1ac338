import type { Command } from 'commander';
import { number } from './option-values.ts';

export function declareDockerProxy(program: Command): void {
  program
    .command('docker-proxy')
    .description('let others read logs and events of the Docker engine, and nothing else')
    .option('--listen <where>', 'unix:///path, or tcp://127.0.0.1:PORT', 'tcp://127.0.0.1:2375')
    .option('--user <id>', 'to become when started as root', number, 1000)
    .action(async (options) =>
      (await import('../commands/docker-proxy.ts')).serveDockerProxy(options),
    );
}
