import type { Observed } from './observed.ts';

/** Clocks of processes, even on one machine, are not told apart below this. Seconds. */
const FINEST = 50e-6;
/** Those that logs have. Seconds. */
const COARSE = [1, 1e-3];

/** The coarsest clock whose ticks all starts, or all ends, are on. Seconds. */
export function clockUnit(spans: readonly Pick<Observed, 'startSeconds' | 'endSeconds'>[]): number {
  const fits = (unit: number): boolean => {
    const isTick = (time: number): boolean =>
      Math.abs(time - Math.round(time / unit) * unit) < 1e-6;
    return (
      spans.every(({ startSeconds }) => isTick(startSeconds)) ||
      spans.every(({ endSeconds }) => isTick(endSeconds))
    );
  };
  return COARSE.find(fits) ?? FINEST;
}
