/**
 * A clock for siblings: while n of them run it goes n times slower than their
 * parent's, so that what it shows from one's start to its end is its share of
 * the parent's time. Without a parent it is real time that is shared.
 */
export class SharedClock {
  readonly #parent: SharedClock | undefined;
  /** Moments when the number of those that run changes, in order. */
  readonly #times: readonly number[];
  /** How fast it goes from then on, of its parent's. */
  readonly #slopes: readonly number[];
  /** What the parent's clock and this one show then. */
  readonly #parentAt: readonly number[];
  readonly #at: readonly number[];

  constructor(
    parent: SharedClock | undefined,
    siblings: readonly { readonly start: number; readonly end: number }[],
  ) {
    const changes = siblings
      .flatMap(({ start, end }) => [
        { time: start, by: 1 },
        { time: end, by: -1 },
      ])
      .sort((a, b) => a.time - b.time);
    const times: number[] = [];
    const running: number[] = [];
    let count = 0;
    for (const { time, by } of changes) {
      count += by;
      if (times.at(-1) !== time) {
        times.push(time);
        running.push(1);
      }
      // Where none runs nobody asks for the time.
      running[running.length - 1] = Math.max(1, count);
    }
    // Clocks that go straight all the while need not be asked again and again.
    let scale = 1;
    let above = parent;
    for (; above !== undefined; above = above.#parent) {
      const slope = above.#slopeWithin(times[0] ?? 0, times.at(-1) ?? 0);
      if (slope === undefined) break;
      scale *= slope;
    }
    this.#parent = above;
    this.#times = times;
    this.#slopes = running.map((number) => scale / number);
    this.#parentAt = times.map((time) => above?.at(time) ?? time);
    let at = 0;
    this.#at = this.#parentAt.map((parentAt, index) => {
      const before = this.#parentAt[index - 1] ?? parentAt;
      at += (parentAt - before) * (this.#slopes[index - 1] ?? 0);
      return at;
    });
  }

  /** What it shows at a time that is not before the first start. */
  at(time: number): number {
    return SharedClock.#read(this, time);
  }

  /**
   * Near a time a clock is a straight line over its parent's, and so on up to
   * real time. Without recursion: they may be nested deeper than the stack.
   */
  static #read(lowest: SharedClock, time: number): number {
    let scale = 1;
    let shift = 0;
    for (let clock: SharedClock | undefined = lowest; clock; clock = clock.#parent) {
      const index = clock.#indexOf(time);
      const slope = clock.#slopes[index] ?? 0;
      shift += scale * ((clock.#at[index] ?? 0) - slope * (clock.#parentAt[index] ?? 0));
      scale *= slope;
    }
    return shift + scale * time;
  }

  /** Undefined where it changes between two times. */
  #slopeWithin(from: number, to: number): number | undefined {
    const index = this.#indexOf(from);
    return (this.#times[index + 1] ?? Infinity) >= to ? this.#slopes[index] : undefined;
  }

  /** Of the last change that is not after a time. */
  #indexOf(time: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
