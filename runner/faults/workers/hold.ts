/** Stops processes by SIGSTOP, and lets them go on at its own end, whatever ends it. Started by ../worker.ts. */
import process from 'node:process';

interface Order {
  readonly forMs: number;
  readonly pids: readonly number[];
}

process.once('disconnect', () => process.exit());
process.once('message', (message) => {
  const { forMs, pids } = message as Order;
  const signal = (name: NodeJS.Signals): void => {
    for (const pid of pids) {
      try {
        process.kill(pid, name);
      } catch {
        // it is gone
      }
    }
  };
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(name, () => process.exit());
  process.once('exit', () => signal('SIGCONT'));
  signal('SIGSTOP');
  process.send?.('stopped');
  setTimeout(() => process.exit(), forMs);
});
