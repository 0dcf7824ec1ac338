import type { LogEntry } from './entry.ts';

/** One of the sources to merge: batches of entries, each in about the order of time. */
export interface TimedSource {
  readonly batches: AsyncIterable<readonly LogEntry[]>;
  /** Told of each entry that came too late to be put in its place. */
  readonly onLate: () => void;
}

export interface MergeOptions {
  /** How far entries of one source may be out of order, in seconds. */
  readonly slackSeconds: number;
  /** Entries held at most, besides one batch of each source. */
  readonly maxHeld?: number;
}

const MAX_HELD = 200_000;

/**
 * Merges sources into one, by time. An entry is given once every source has
 * been read to the slack beyond it, so what is out of order within the slack
 * comes out in order; entries of the same time keep their order within a
 * source, and the order of the sources between them. One whose place has been
 * passed is given at once, and its source told.
 *
 * Always the source that is furthest behind is read next: what is held is what
 * lies within the slack and a batch of each source. Beyond `maxHeld` the oldest
 * are given early.
 */
export async function* mergeByTime(
  sources: readonly TimedSource[],
  { slackSeconds, maxHeld = MAX_HELD }: MergeOptions,
): AsyncGenerator<LogEntry[]> {
  const lanes = sources.map(({ batches, onLate }) => ({
    iterator: batches[Symbol.asyncIterator](),
    onLate,
    newest: Number.NEGATIVE_INFINITY,
  }));
  const open = new Set(lanes);
  const held = new TimeHeap();
  let given = Number.NEGATIVE_INFINITY;
  try {
    while (open.size > 0) {
      const lane = furthestBehind(open);
      const { done, value: batch } = await lane.iterator.next();
      const out: LogEntry[] = [];
      if (done) open.delete(lane);
      else {
        const rank = lanes.indexOf(lane);
        for (const entry of batch) {
          if (entry.ts < given) {
            lane.onLate();
            out.push(entry);
          } else held.push(entry, rank);
          if (entry.ts > lane.newest) lane.newest = entry.ts;
        }
      }
      const until = open.size === 0 ? Infinity : furthestBehind(open).newest - slackSeconds;
      while (held.size > 0 && (held.first <= until || held.size > maxHeld)) {
        given = held.first;
        out.push(held.pop());
      }
      if (out.length > 0) yield out;
    }
  } finally {
    for (const { iterator } of open) await iterator.return?.();
  }
}

function furthestBehind<Lane extends { readonly newest: number }>(open: ReadonlySet<Lane>): Lane {
  let behind: Lane | undefined;
  for (const lane of open) if (behind === undefined || lane.newest < behind.newest) behind = lane;
  return behind as Lane;
}

interface Held {
  readonly entry: LogEntry;
  readonly rank: number;
  readonly order: number;
}

/** A binary heap by time, then source, then arrival. */
class TimeHeap {
  readonly #items: Held[] = [];
  #arrivals = 0;

  get size(): number {
    return this.#items.length;
  }

  /** The least time; there must be an entry. */
  get first(): number {
    return (this.#items[0] as Held).entry.ts;
  }

  push(entry: LogEntry, rank: number): void {
    const items = this.#items;
    const item = { entry, rank, order: this.#arrivals++ };
    let at = items.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(item, items[above] as Held)) break;
      items[at] = items[above] as Held;
      at = above;
    }
    items[at] = item;
  }

  /** Takes the first out; there must be an entry. */
  pop(): LogEntry {
    const items = this.#items;
    const { entry } = items[0] as Held;
    const last = items.pop() as Held;
    if (items.length > 0) this.#sink(last);
    return entry;
  }

  #sink(item: Held): void {
    const items = this.#items;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && isBefore(items[below + 1] as Held, items[below] as Held))
        below++;
      if (!isBefore(items[below] as Held, item)) break;
      items[at] = items[below] as Held;
      at = below;
    }
    items[at] = item;
  }
}

function isBefore(a: Held, b: Held): boolean {
  if (a.entry.ts !== b.entry.ts) return a.entry.ts < b.entry.ts;
  return a.rank === b.rank ? a.order < b.order : a.rank < b.rank;
}
