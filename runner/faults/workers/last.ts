/** Runs a command at its own end, whatever ends it. Started by ../worker.ts. */
import { spawnSync } from 'node:child_process';
import process from 'node:process';

interface Order {
  readonly forMs: number;
  readonly command: readonly [string, ...string[]];
}

process.once('disconnect', () => process.exit());
process.once('message', (message) => {
  const { forMs, command } = message as Order;
  const [program, ...args] = command;
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(name, () => process.exit());
  process.once('exit', () => spawnSync(program, args, { stdio: 'ignore' }));
  setTimeout(() => process.exit(), forMs);
  process.send?.('ready');
});
