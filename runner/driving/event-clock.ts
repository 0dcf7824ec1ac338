import { performance } from 'node:perf_hooks';

/** A clock for the events of one process: whole microseconds, and later at each reading. */
export function eventClock(): () => number {
  let last = 0;
  return () => (last = Math.max(last + 1, Math.round(performance.now() * 1e3)));
}
