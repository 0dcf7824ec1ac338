import { setTimeout as wait } from 'node:timers/promises';

/** Lets callers pass at most `perSecond` times a second, evenly, in the order they came; undefined holds nobody up. */
export function pace(perSecond: number | undefined): () => Promise<void> {
  if (perSecond === undefined) return async () => {};
  const everyMs = 1e3 / perSecond;
  let nextMs = 0;
  return async () => {
    const nowMs = performance.now();
    nextMs = Math.max(nextMs, nowMs) + everyMs;
    await wait(nextMs - everyMs - nowMs);
  };
}
