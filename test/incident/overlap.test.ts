import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { overlaps, type Interval } from '../../incident/overlap.ts';
import { check } from '../property.ts';

const interval = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 12 }))
  .map(([start, length]): Interval => ({ start, end: start + length }));

/** All pairs, one by one. */
function bruteForce(events: readonly Interval[], traces: readonly Interval[], window: number) {
  return events.map((event) =>
    [...traces.keys()].filter((at) => {
      const trace = traces[at] as Interval;
      return trace.start <= event.end + window && trace.end >= event.start - window;
    }),
  );
}

describe('overlaps', () => {
  test('counts what brute force finds, and gives the first of it', () => {
    check(
      fc.property(
        fc.array(interval, { maxLength: 20 }),
        fc.array(interval, { maxLength: 40 }),
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 0, max: 8 }),
        (events, traces, window, most) => {
          const expected = bruteForce(events, traces, window);
          const found = overlaps(events, traces, window, most);
          expect(found.map(({ count }) => count)).toEqual(expected.map((all) => all.length));
          for (const [at, { first }] of found.entries()) {
            const all = expected[at] as number[];
            expect(first).toHaveLength(Math.min(most, all.length));
            expect(new Set(first).size).toBe(first.length);
            expect(all).toEqual(expect.arrayContaining([...first]));
          }
        },
      ),
      500,
    );
  });

  test('meets a trace that only touches the window, on either side', () => {
    const traces = [
      { start: 0, end: 5 },
      { start: 25, end: 30 },
      { start: 0, end: 4.999 },
      { start: 25.001, end: 30 },
    ];
    expect(overlaps([{ start: 10, end: 20 }], traces, 5, 10)).toEqual([
      { count: 2, first: [0, 1] },
    ]);
  });

  test('gives few pairs where all meets all, and still counts them', () => {
    const all = (count: number): Interval[] =>
      Array.from({ length: count }, () => ({ start: 0, end: 9 }));
    const found = overlaps(all(300), all(2_000), 1, 3);
    expect(found.every(({ count, first }) => count === 2_000 && first.length === 3)).toBe(true);
  });
});
