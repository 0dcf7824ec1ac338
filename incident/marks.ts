import type { Durations } from './durations.ts';

/** What can be wrong with a span, as bits. */
export const MARK = { slow: 1, late: 2, stalled: 4, failed: 8, missingEnd: 16 } as const;

export const SPEEDS = ['slow', 'late', 'stalled'] as const;
export type Speed = (typeof SPEEDS)[number];

/** With less past nothing is slow. */
export const MIN_PAST = 20;
/** Slower than usual by less is nothing that somebody notices; by so much is, however long it takes as ever. */
const LEAST_EXCESS_MICROS = 1_000;
const NOTICED_EXCESS_MICROS = 20_000;
const MIN_STALL_MICROS = 100_000;

/**
 * How a self time stands in its operation's past: slow beyond nine tenths and
 * twice the median, or 20 ms more (all became slower), late beyond twice 98 of 100 (some became
 * much slower, as where processes wait for a CPU now and then), stalled beyond
 * four times 99 of 100 (single outliers).
 */
export function speedsOf(past: Durations, selfMicros: number): readonly Speed[] {
  const { median, p90, p98, p99 } = past.quantiles();
  const noticed = Math.min(NOTICED_EXCESS_MICROS, Math.max(LEAST_EXCESS_MICROS, median));
  const limits = {
    slow: Math.max(p90, median + noticed),
    late: Math.max(2 * p98, median + NOTICED_EXCESS_MICROS),
    stalled: Math.max(4 * p99, MIN_STALL_MICROS),
  };
  return SPEEDS.filter((speed) => selfMicros > limits[speed]);
}

/** For a span of whose operation little is known: what stalls any. */
export function stallOfAll(pasts: Iterable<Durations>): number {
  let most = 0;
  for (const durations of pasts) {
    if (durations.total >= MIN_PAST) most = Math.max(most, durations.quantiles().p99);
  }
  return most === 0 ? Infinity : Math.max(4 * most, 10 * MIN_STALL_MICROS);
}
