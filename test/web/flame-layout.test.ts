import { describe, expect, test } from 'vitest';
import { callTree } from '../../spans/flame/call-tree.ts';
import { boxAt, flameLayout } from '../../web/page/flame-layout.ts';
import { rebuilt } from '../export/rebuilt.ts';

const of = (...sketches: Omit<Parameters<typeof rebuilt>[0], 'trace'>[]) =>
  flameLayout(callTree([sketches.map((sketch) => rebuilt({ trace: 1, ...sketch }).span)]));

describe('the boxes of a flame graph', () => {
  // op 1 ──────────────────
  //   a ──   b ─────   a ──
  const layout = of(
    { span: 1, long: 20 },
    { span: 2, parent: 1, name: 'a', at: 1, long: 3 },
    { span: 3, parent: 1, name: 'b', at: 5, long: 10 },
    { span: 4, parent: 1, name: 'a', at: 16, long: 3 },
  );

  test('are as wide as their time, the widest first, one for each call path', () => {
    expect(layout.totalNanos).toBe(20e6);
    expect(layout.boxes.map(({ frame, start, end }) => [frame.name, start, end])).toEqual([
      ['op 1', 0, 20e6],
      ['b', 0, 10e6],
      ['a', 10e6, 16e6],
    ]);
    expect(layout.levels.map((level) => level.length)).toEqual([1, 2]);
    expect(layout.boxes[2]?.parent).toBe(layout.boxes[0]);
  });

  test.each([
    [0, 0, 'op 1'],
    [1, 0, 'b'],
    [1, 9.99e6, 'b'],
    [1, 10e6, 'a'],
    [1, 16e6, undefined],
    [0, 20e6, undefined],
    [2, 0, undefined],
  ])('are found by depth %i and time %i', (depth, nanos, name) => {
    expect(boxAt(layout, depth, nanos)?.frame.name).toBe(name);
  });

  test('are none for a trace that took no time', () => {
    expect(of({ span: 1, long: 0 })).toEqual({ boxes: [], levels: [], totalNanos: 0 });
  });
});
