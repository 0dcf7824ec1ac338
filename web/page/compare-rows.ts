import type { CallTreeDiff, DiffSide } from '../../spans/flame/diff.ts';

/** What two traces spent on one call path; the times are the path's own, without what it called. */
export interface CompareRow {
  readonly service: string;
  readonly name: string;
  readonly depth: number;
  readonly a: DiffSide;
  readonly b: DiffSide;
  /** Own time of B less that of A: all rows together are the difference of the traces. */
  readonly changeNanos: number;
  /** Of the largest change of a row, from -1 to 1. */
  readonly share: number;
}

/** A row for each call path, callers before what they call; or by the size of the change, the largest first. */
export function compareRows({ frames }: CallTreeDiff, byChange: boolean): CompareRow[] {
  const changes = frames.map(({ before, after }) => after.selfNanos - before.selfNanos);
  const largest = changes.reduce((most, change) => Math.max(most, Math.abs(change)), 1);
  const rows = frames.map(({ service, name, depth, before, after }, index) => {
    const changeNanos = changes[index] ?? 0;
    const share = changeNanos / largest;
    return { service, name, depth, a: before, b: after, changeNanos, share };
  });
  if (!byChange) return rows;
  return rows.toSorted((one, other) => Math.abs(other.changeNanos) - Math.abs(one.changeNanos));
}
