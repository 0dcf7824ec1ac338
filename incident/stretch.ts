/** A stretch of time, in Unix microseconds, both ends within. */
export interface Stretch {
  readonly fromMicros: number;
  readonly toMicros: number;
}

/** Microseconds between two; negative for as long as they overlap. */
export const distance = (a: Stretch, b: Stretch): number =>
  Math.max(a.fromMicros, b.fromMicros) - Math.min(a.toMicros, b.toMicros);

/** Whether a time is in it. */
export const isWithin = (micros: number, { fromMicros, toMicros }: Stretch): boolean =>
  micros >= fromMicros && micros <= toMicros;
