/** So many calls on each side are looked at. */
const NEIGHBOURS = 2;

interface Delay {
  readonly index: number;
  readonly atSeconds: number;
  readonly delaySeconds: number;
}

/**
 * What delays are like at a time: the median of the nearest calls. When a
 * process is busy, all its calls are late, and by about as much; measured
 * against each other they differ far less than against the average.
 */
export class LocalDelay {
  readonly #delays: readonly Delay[];

  constructor(delays: readonly Delay[]) {
    this.#delays = delays.toSorted((a, b) => a.atSeconds - b.atSeconds);
  }

  /** Around a time, without the call of that index itself; 0 where there is no other. */
  around(atSeconds: number, index: number): number {
    const near = this.#near(atSeconds)
      .filter((delay) => delay.index !== index)
      .map(({ delaySeconds }) => delaySeconds)
      .sort((a, b) => a - b);
    const middle = near.length >> 1;
    if (near.length === 0) return 0;
    if (near.length % 2 === 1) return near[middle] ?? 0;
    return ((near[middle - 1] ?? 0) + (near[middle] ?? 0)) / 2;
  }

  #near(atSeconds: number): readonly Delay[] {
    let low = 0;
    let high = this.#delays.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#delays[middle]?.atSeconds ?? 0) < atSeconds) low = middle + 1;
      else high = middle;
    }
    return this.#delays.slice(Math.max(0, low - NEIGHBOURS), low + NEIGHBOURS + 1);
  }
}
