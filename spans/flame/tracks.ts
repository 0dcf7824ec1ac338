import { Heap } from '../infer/heap.ts';

/** Where a slice is drawn. */
interface Place {
  /** Of its group, from 1. */
  readonly pid: number;
  /** Of its track, from 1 in each group. */
  readonly tid: number;
  /** Whether it is the first on its track. */
  readonly isNew: boolean;
}

interface Slice<Key> {
  readonly key: Key;
  /** What it belongs to, which need not be of the same group. */
  readonly within: Key | undefined;
  readonly start: number;
  readonly end: number;
}

/**
 * Places slices that come by their start on tracks, some for each group: on one
 * track each lies within those that are open then, or after them. A slice goes
 * to the track of what it belongs to where it fits, else to the first that is
 * free.
 */
export class Tracks<Key> {
  readonly #groups = new Map<string, Group>();
  readonly #placed = new Map<Key, { readonly group: Group; readonly tid: number }>();

  place(name: string, { key, within, start, end }: Slice<Key>): Place {
    const group = this.#groups.get(name) ?? {
      pid: this.#groups.size + 1,
      open: [],
      busy: new Heap(),
      free: new Heap(),
    };
    this.#groups.set(name, group);
    const above = within === undefined ? undefined : this.#placed.get(within);
    const fits = above?.group === group && isRoom(group, above.tid, start, end);
    const tid = fits ? above.tid : freeTrack(group, start, end);
    this.#placed.set(key, { group, tid });
    const ends = group.open[tid - 1] ?? [];
    const isNew = group.open.length < tid;
    group.open[tid - 1] = ends;
    ends.push(end);
    return { pid: group.pid, tid, isNew };
  }
}

interface Group {
  readonly pid: number;
  /** Of each track the ends of what is open, the outermost first. */
  readonly open: number[][];
  /** Tracks by when they are free. */
  readonly busy: Heap;
  readonly free: Heap;
}

function isRoom({ open }: Group, tid: number, start: number, end: number): boolean {
  const ends = open[tid - 1] ?? [];
  while (ends.length > 0 && (ends.at(-1) ?? 0) <= start) ends.pop();
  return end <= (ends.at(-1) ?? -1);
}

function freeTrack({ open, busy, free }: Group, start: number, end: number): number {
  for (let next = busy.pop(); next !== undefined; next = busy.pop()) {
    const [tid, until] = next;
    if (until > start) {
      busy.push(tid, until);
      break;
    }
    free.push(tid, tid);
  }
  const tid = free.pop()?.[0] ?? open.length + 1;
  if (open[tid - 1] !== undefined) open[tid - 1] = [];
  busy.push(tid, end);
  return tid;
}
