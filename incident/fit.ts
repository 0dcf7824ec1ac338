import { countBelow, countUpTo } from './sorted.ts';
import type { Stretch } from './stretch.ts';
import type { Chance } from './symptoms.ts';

/** How well an event's time fits the times of trouble. */
export interface Fit {
  /** The log likelihood ratio over the greatest there is, that of the incident's own time: 0 to 1. */
  readonly fit: number;
  /** The share of hits within over that elsewhere. */
  readonly lift: number;
}

/**
 * Chances and hits on a time line that is closed to a circle, so that an event
 * can be asked about as if it had happened at another time. Times of other
 * incidents are cut out: their hits are somebody else's.
 *
 * The statistic is Kulldorff's (1997) likelihood ratio for a window in which the
 * rate is higher, here with windows that events give instead of a scan:
 * ln L = k ln(k/n) + (n−k) ln(1−k/n), inside plus outside, less that of one
 * common rate; 0 where the rate inside is not higher.
 */
export class Timeline {
  /** Times since the beginning with what is cut out left out, sorted. */
  readonly #times: Float64Array;
  /** Hits before each of them. */
  readonly #hits: Float64Array;
  readonly #cuts: readonly Stretch[];
  readonly #fromMicros: number;
  readonly lengthMicros: number;
  readonly #best: number;

  /** @param own the incident's own time; @param cuts in order, without overlaps */
  constructor(chances: readonly Chance[], range: Stretch, own: Stretch, cuts: readonly Stretch[]) {
    this.#cuts = cuts;
    this.#fromMicros = range.fromMicros;
    this.lengthMicros = Math.max(1, this.#at(range.toMicros));
    const kept = chances.filter(({ atMicros }) => !cuts.some((cut) => isIn(atMicros, cut)));
    this.#times = Float64Array.from(kept, ({ atMicros }) => this.#at(atMicros));
    this.#hits = new Float64Array(kept.length + 1);
    for (const [index, { isHit }] of kept.entries()) {
      this.#hits[index + 1] = (this.#hits[index] as number) + Number(isHit);
    }
    this.#best = this.#ratio(this.#at(own.fromMicros), this.#at(own.toMicros)).ratio;
  }

  /** Of an event's time, moved by so much around the circle. */
  fit({ fromMicros, toMicros }: Stretch, shiftMicros: number): Fit {
    const { ratio, lift } = this.#ratio(
      this.#at(fromMicros) + shiftMicros,
      this.#at(toMicros) + shiftMicros,
    );
    return { fit: this.#best > 0 ? Math.min(1, ratio / this.#best) : 0, lift };
  }

  /** Microseconds on the cut time line. */
  #at(micros: number): number {
    let at = micros - this.#fromMicros;
    for (const { fromMicros, toMicros } of this.#cuts) {
      if (micros <= fromMicros) break;
      at -= Math.min(micros, toMicros) - fromMicros;
    }
    return at;
  }

  #ratio(from: number, to: number): { ratio: number; lift: number } {
    const all = this.#times.length;
    const hits = this.#hits[all] as number;
    const [n, k] = this.#count(from, to);
    const [outside, hitsOutside] = [all - n, hits - k];
    if (n === 0 || k * outside <= hitsOutside * n) {
      return { ratio: 0, lift: n === 0 || hits === 0 ? 0 : k / n / (hits / all) };
    }
    const ratio =
      logLikelihood(k, n) + logLikelihood(hitsOutside, outside) - logLikelihood(hits, all);
    return { ratio: Math.max(0, ratio), lift: outside === 0 ? 1 : k / n / (hitsOutside / outside) };
  }

  /** Chances and hits in a time that may go around the end of the circle. */
  #count(from: number, to: number): [number, number] {
    const length = this.lengthMicros;
    if (to - from >= length) return [this.#times.length, this.#hits[this.#times.length] as number];
    const [start, end] = [modulo(from, length), modulo(to, length)];
    if (start <= end) return this.#between(start, end);
    const [n, k] = this.#between(start, length);
    const [m, l] = this.#between(0, end);
    return [n + m, k + l];
  }

  #between(from: number, to: number): [number, number] {
    const first = countBelow(this.#times, from);
    const end = countUpTo(this.#times, to);
    return [end - first, (this.#hits[end] as number) - (this.#hits[first] as number)];
  }
}

const isIn = (micros: number, { fromMicros, toMicros }: Stretch): boolean =>
  micros > fromMicros && micros < toMicros;

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

/** Of `k` of `n` at the rate k/n. */
const logLikelihood = (k: number, n: number): number => xLogX(k) + xLogX(n - k) - xLogX(n);

const xLogX = (x: number): number => (x > 0 ? x * Math.log(x) : 0);
