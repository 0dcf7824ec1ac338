import type { Join, Observed } from './observed.ts';

/** What a contradiction costs, in nats: values of one name that differ. */
const CONTRADICTION = -10;
/** What it tells that there is a shared value at all: rules name only what belongs together by it. */
const SHARED = 6;
/** The most that one shared value can tell. */
const MAX_GAIN = 12;

/**
 * How much the values that two spans share speak for their belonging together,
 * in nats: the rarer the value among all of its name, the more. Contradictions
 * speak against it; names that only one of them has say nothing.
 */
export class Affinity {
  readonly #ofName = new Map<string, number>();
  readonly #ofValue = new Map<string, number>();

  constructor(spans: readonly Observed[]) {
    for (const { joins } of spans) {
      for (const { name, value } of joins) {
        increment(this.#ofName, name);
        increment(this.#ofValue, `${name}\0${value}`);
      }
    }
  }

  of(a: readonly Join[], b: readonly Join[]): number {
    let sum = 0;
    let isShared = false;
    for (const { name, value } of a) {
      const theirs = b.filter((join) => join.name === name);
      if (theirs.some((join) => join.value === value)) {
        sum += this.#gain(name, value);
        isShared = true;
      } else if (theirs.length > 0) {
        sum += CONTRADICTION;
      }
    }
    return isShared ? sum + SHARED : sum;
  }

  #gain(name: string, value: string): number {
    const share = (this.#ofValue.get(`${name}\0${value}`) ?? 1) / (this.#ofName.get(name) ?? 1);
    return Math.min(MAX_GAIN, -Math.log(share));
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
