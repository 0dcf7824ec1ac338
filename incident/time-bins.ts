import type { Observation } from './observation.ts';

/** Bins of equal time, and which observations are in them. */
export class TimeBins {
  readonly #observations: readonly Observation[];
  readonly #firstMicros: number;
  readonly #binMicros: number;

  /** @param observations sorted by the start of their spans */
  constructor(observations: readonly Observation[], firstMicros: number, binMicros: number) {
    this.#observations = observations;
    this.#firstMicros = firstMicros;
    this.#binMicros = binMicros;
  }

  of(micros: number): number {
    return Math.floor((micros - this.#firstMicros) / this.#binMicros);
  }

  /** The bin of the observation at an index. */
  at(index: number): number {
    return this.of((this.#observations[index] as Observation).span.startMicros);
  }

  /** The index of the first observation in this bin or a later one. */
  firstFrom(bin: number): number {
    let [low, high] = [0, this.#observations.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) < bin) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
