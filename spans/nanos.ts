import type { Span } from './span.ts';

/**
 * Unix microseconds of a decimal string of Unix nanoseconds, rounded down:
 * exact, as a double keeps microseconds until the year 2255, and that year's
 * limit for what lies beyond it.
 */
export function unixMicros(unixNano: string): number {
  const micros = BigInt(unixNano) / 1000n;
  return micros < LAST_EXACT ? Number(micros) : Number.MAX_SAFE_INTEGER;
}

/** Nanoseconds from a span's start to its end; negative where it ends before it starts. */
export function durationNanos(span: Span): bigint {
  return BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano);
}

const LAST_EXACT = BigInt(Number.MAX_SAFE_INTEGER);
