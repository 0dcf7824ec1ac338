import fc from 'fast-check';
import { expect, test } from 'vitest';
import { criticalParts, criticalPath } from '../../spans/critical-path.ts';
import { SPAN_KIND } from '../../spans/span.ts';
import { traceTree } from '../../spans/trace-tree.ts';
import { check } from '../property.ts';
import { messyTrace, millis, shapedTrace, type Shape } from './flame/shaped-trace.ts';

const sections = (shapes: readonly Shape[]): (readonly [string, number, number])[] =>
  criticalPath(shapedTrace(shapes)).map(({ span, startTimeUnixNano, endTimeUnixNano }) => [
    span.spanId,
    millis(startTimeUnixNano),
    millis(endTimeUnixNano),
  ]);

test('is the root alone where it has no children', () => {
  expect(sections([['root', undefined, 0, 10]])).toEqual([['root', 0, 10]]);
});

// root ├────────────────┤
// a      ├─────┤
// b       ├──┤
// c               ├─────┤ … within root
test('follows who ended last, and leaves out whom nobody waited for', () => {
  expect(
    sections([
      ['root', undefined, 0, 17],
      ['a', 'root', 2, 8],
      ['b', 'root', 3, 6],
      ['c', 'root', 11, 16],
    ]),
  ).toEqual([
    ['root', 0, 2],
    ['a', 2, 8],
    ['root', 8, 11],
    ['c', 11, 16],
    ['root', 16, 17],
  ]);
});

test('goes down to grandchildren, and comes back', () => {
  expect(
    sections([
      ['root', undefined, 0, 10],
      ['a', 'root', 1, 9],
      ['deep', 'a', 3, 5],
    ]),
  ).toEqual([
    ['root', 0, 1],
    ['a', 1, 3],
    ['deep', 3, 5],
    ['a', 5, 9],
    ['root', 9, 10],
  ]);
});

test('has one after the other those that touch', () => {
  expect(
    sections([
      ['root', undefined, 0, 10],
      ['a', 'root', 0, 5],
      ['b', 'root', 5, 10],
    ]),
  ).toEqual([
    ['a', 0, 5],
    ['b', 5, 10],
  ]);
});

test('takes those that overlap as concurrent: the later one is waited for', () => {
  expect(
    sections([
      ['root', undefined, 0, 10],
      ['a', 'root', 0, 6],
      ['b', 'root', 5, 10],
    ]),
  ).toEqual([
    ['root', 0, 5],
    ['b', 5, 10],
  ]);
});

test('cuts a child at its parent, and leaves out one that is wholly outside', () => {
  expect(
    sections([
      ['root', undefined, 0, 10],
      ['over', 'root', 6, 15],
      ['under', 'root', -5, 4],
      ['after', 'root', 12, 20],
    ]),
  ).toEqual([
    ['under', 0, 4],
    ['root', 4, 6],
    ['over', 6, 10],
  ]);
});

test('does not wait for a consumer, but for a producer', () => {
  const [root, producer, consumer] = shapedTrace([
    ['root', undefined, 0, 10],
    ['sends', 'root', 2, 4],
    ['handles', 'root', 5, 10],
  ]);
  if (!root || !producer || !consumer) throw new Error('three spans were made');
  const path = criticalPath([
    root,
    { ...producer, kind: SPAN_KIND.producer },
    { ...consumer, kind: SPAN_KIND.consumer },
  ]);
  expect(path.map(({ span }) => span.spanId)).toEqual(['root', 'sends', 'root']);
});

test('follows one root after the other where there are several', () => {
  expect(
    sections([
      ['a', undefined, 0, 6],
      ['b', undefined, 4, 10],
    ]),
  ).toEqual([
    ['a', 0, 4],
    ['b', 4, 10],
  ]);
});

test('is in order, does not overlap, and covers every moment in which a root runs', () => {
  check(
    fc.property(messyTrace, (spans) => {
      const tree = traceTree(spans);
      const parts = criticalParts(tree);
      let last = 0;
      let covered = 0;
      for (const { node, start, end } of parts) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(start >= node.start && end <= node.end).toBe(true);
        last = end;
        covered += end - start;
      }
      let running = 0;
      let until = 0;
      for (const { start, end } of tree.roots) {
        running += Math.max(0, end - Math.max(start, until));
        until = Math.max(until, end);
      }
      expect(covered).toBe(running);
    }),
  );
});

test('does not overflow the stack on a chain of spans', () => {
  const chain = Array.from({ length: 20_000 }, (_, at): Shape => [
    `${at}`,
    at === 0 ? undefined : `${at - 1}`,
    at,
    40_000 - at,
  ]);
  expect(criticalPath(shapedTrace(chain, { unit: 1 }))).toHaveLength(39_999);
});
