import { expect, test } from 'vitest';
import { callTree } from '../../spans/flame/call-tree.ts';
import { diffCallTrees } from '../../spans/flame/diff.ts';
import { compareRows } from '../../web/page/compare-rows.ts';
import { rebuilt } from '../export/rebuilt.ts';

const of = (...sketches: Omit<Parameters<typeof rebuilt>[0], 'trace'>[]) =>
  callTree([sketches.map((sketch) => rebuilt({ trace: 1, ...sketch }).span)]);

// A  op 1 ──────────   B  op 1 ────────────────
//      get ──  old ─        get ───────  new ──
const diff = diffCallTrees(
  of(
    { span: 1, long: 10 },
    { span: 2, parent: 1, name: 'get', at: 1, long: 2 },
    { span: 3, parent: 1, name: 'old', at: 5, long: 1 },
  ),
  of(
    { span: 1, long: 16 },
    { span: 2, parent: 1, name: 'get', at: 1, long: 8 },
    { span: 3, parent: 1, name: 'new', at: 12, long: 2 },
  ),
);

test('each call path of two traces has a row with its own time in both', () => {
  const rows = compareRows(diff, false);
  expect(rows.map(({ name, depth, changeNanos }) => [name, depth, changeNanos])).toEqual([
    ['op 1', 0, -1e6],
    ['get', 1, 6e6],
    ['new', 1, 2e6],
    ['old', 1, -1e6],
  ]);
  expect(rows.map(({ a, b }) => [a.count, b.count])).toEqual([
    [1, 1],
    [1, 1],
    [0, 1],
    [1, 0],
  ]);
  expect(rows.reduce((sum, { changeNanos }) => sum + changeNanos, 0)).toBe(6e6);
});

test('the largest change can come first, and is the whole of the scale', () => {
  const rows = compareRows(diff, true);
  expect(rows.map(({ name }) => name)).toEqual(['get', 'new', 'op 1', 'old']);
  expect(rows.map(({ share }) => share)).toEqual([1, 1 / 3, -1 / 6, -1 / 6]);
});
