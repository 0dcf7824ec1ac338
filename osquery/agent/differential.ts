import { textRow, type ResultRow } from './row-text.ts';

/** Rows with how often each occurs, by their text. */
export type RowBag = ReadonlyMap<string, { readonly row: ResultRow; readonly count: number }>;

export const NO_ROWS: RowBag = new Map();

/** What changed between two results of a query. */
export interface Difference {
  readonly added: readonly ResultRow[];
  readonly removed: readonly ResultRow[];
  /** The newer result, to compare the next with. */
  readonly bag: RowBag;
}

/**
 * Compares a result with the one before, as osquery does: rows are equal when all
 * their texts are, and equal rows count, so that of three equal rows that become
 * one, two are removed. Folding the differences gives the newest result.
 */
export function difference(before: RowBag, rows: readonly ResultRow[]): Difference {
  const bag = new Map<string, { row: ResultRow; count: number }>();
  const added: ResultRow[] = [];
  for (const row of rows) {
    const key = JSON.stringify(textRow(row));
    const count = (bag.get(key)?.count ?? 0) + 1;
    bag.set(key, { row, count });
    if (count > (before.get(key)?.count ?? 0)) added.push(row);
  }
  const removed = [...before].flatMap(([key, { row, count }]) =>
    Array.from({ length: Math.max(0, count - (bag.get(key)?.count ?? 0)) }, () => row),
  );
  return { added, removed, bag };
}
