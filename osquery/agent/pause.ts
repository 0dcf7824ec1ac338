import { setTimeout } from 'node:timers/promises';

/** So often it is asked how long to wait. */
const LOOK_SECONDS = 1;

/**
 * Waits as long as `seconds` says, and goes by what it says then when that
 * changes meanwhile; rejects with an AbortError as soon as the signal says so.
 */
export async function pause(seconds: () => number, signal: AbortSignal): Promise<void> {
  const startMs = performance.now();
  for (;;) {
    const rest = seconds() - (performance.now() - startMs) / 1000;
    if (rest <= 0) return;
    await setTimeout(Math.min(rest, LOOK_SECONDS) * 1000, undefined, { signal });
  }
}
