/** Works without pause, or for a `share` of the time. Started by ../worker.ts. */
import process from 'node:process';

interface Order {
  readonly forMs: number;
  readonly share: number;
}

/** Between two looks at the clock, and at whether the parent is there. */
const SLICE_MS = 20;

process.once('disconnect', () => process.exit());
process.once('message', (message) => {
  const { forMs, share } = message as Order;
  setTimeout(() => process.exit(), forMs);
  const work = (): void => {
    const until = performance.now() + SLICE_MS * share;
    while (performance.now() < until);
    if (share === 1) setImmediate(work);
    else setTimeout(work, SLICE_MS * (1 - share));
  };
  work();
});
