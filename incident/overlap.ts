import { countBelow, countUpTo } from './sorted.ts';

/** A closed interval; unit and origin are the caller's. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** What one event's interval meets: how many in all, and the first few by their index, in order of their starts. */
export interface Overlaps {
  readonly count: number;
  readonly first: readonly number[];
}

/**
 * Which traces each event meets, where an event reaches `window` further on both
 * sides: `[event.start − window, event.end + window]` meets
 * `[trace.start, trace.end]`, all ends within.
 *
 * A sweep over the sorted ends of both (Bentley and Ottmann's idea in one
 * dimension, as database systems join intervals): O((n + m) log (n + m) + output).
 * Counts are exact, and found without walking pairs: what has started by the
 * event's end less what has ended before its start. Of the pairs at most `most`
 * an event are given, so that the answer stays small where all meets all.
 *
 * @returns one answer an event, in the order of `events`
 */
export function overlaps(
  events: readonly Interval[],
  traces: readonly Interval[],
  window: number,
  most: number,
): Overlaps[] {
  const byStart = order(traces, ({ start }) => start);
  const starts = Float64Array.from(byStart, (index) => traces[index]?.start ?? 0);
  const ends = Float64Array.from(traces, ({ end }) => end).toSorted();
  const wide = events.map(({ start, end }) => ({ start: start - window, end: end + window }));
  const first: number[][] = events.map(() => []);
  const byEventStart = order(wide, ({ start }) => start);
  const under = new Active(traces);
  let opened = 0;
  for (const event of byEventStart) {
    const interval = wide[event] as Interval;
    const found = first[event] as number[];
    while (opened < starts.length && (starts[opened] as number) < interval.start) {
      under.add(byStart[opened++] as number);
    }
    under.collect(interval.start, most, found);
    // Those that start within the event stand next to each other.
    for (let at = opened; at < starts.length && found.length < most; at++) {
      if ((starts[at] as number) > interval.end) break;
      found.push(byStart[at] as number);
    }
  }
  return wide.map(({ start, end }, event) => ({
    count: countUpTo(starts, end) - countBelow(ends, start),
    first: first[event] ?? [],
  }));
}

/** Traces that have started before where the sweep is; those that are over are removed when they are met. */
class Active {
  readonly #traces: readonly Interval[];
  #indexes: number[] = [];

  constructor(traces: readonly Interval[]) {
    this.#traces = traces;
  }

  add(index: number): void {
    this.#indexes.push(index);
  }

  /** Adds to `found` those that last until `from`, at most `most` in all. What is over by then is for no later event either. */
  collect(from: number, most: number, found: number[]): void {
    let kept = 0;
    let at = 0;
    for (; at < this.#indexes.length && found.length < most; at++) {
      const index = this.#indexes[at] as number;
      if ((this.#traces[index]?.end ?? 0) < from) continue;
      this.#indexes[kept++] = index;
      found.push(index);
    }
    if (kept < at) this.#indexes.splice(kept, at - kept);
  }
}

function order<Item>(items: readonly Item[], key: (item: Item) => number): number[] {
  const keys = Float64Array.from(items, key);
  return Array.from(items.keys()).sort((a, b) => (keys[a] as number) - (keys[b] as number));
}
