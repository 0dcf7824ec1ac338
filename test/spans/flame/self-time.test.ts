import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selfTimes, wholeUnits } from '../../../spans/flame/self-time.ts';
import { traceTree, type TraceNode, type TraceTree } from '../../../spans/trace-tree.ts';
import { check } from '../../property.ts';
import { messyTrace, shapedTrace, type Shape } from './shaped-trace.ts';

function selfMillis(shapes: readonly Shape[]): Record<string, number> {
  const tree = traceTree(shapedTrace(shapes));
  const times = selfTimes(tree);
  return Object.fromEntries(
    tree.nodes.map(({ span }, at) => [span.spanId, (times[at] ?? 0) / 1e6]),
  );
}

test('shares the time of children that run beside each other', () => {
  expect(
    selfMillis([
      ['root', undefined, 0, 16],
      ['a', 'root', 2, 10],
      ['b', 'root', 6, 14],
    ]),
  ).toEqual({ root: 4, a: 6, b: 6 });
});

test('gives grandchildren shares of a share', () => {
  expect(
    selfMillis([
      ['root', undefined, 0, 12],
      ['a', 'root', 0, 12],
      ['b', 'root', 0, 12],
      ['a1', 'a', 0, 12],
      ['a2', 'a', 0, 6],
    ]),
  ).toEqual({ root: 0, a: 0, b: 6, a1: 4.5, a2: 1.5 });
});

test('lets a parent last until the last of its descendants ends', () => {
  expect(
    selfMillis([
      ['root', undefined, 0, 4],
      ['job', 'root', 6, 10],
    ]),
  ).toEqual({ root: 6, job: 4 });
});

test('moves what starts before its parent to its start, with all below it', () => {
  expect(
    selfMillis([
      ['root', undefined, 5, 15],
      ['a', 'root', 0, 4],
      ['b', 'a', 1, 2],
    ]),
  ).toEqual({ root: 6, a: 3, b: 1 });
});

test('is what sharing each nanosecond by itself gives', () => {
  check(
    fc.property(messyTrace, (spans) => {
      const tree = traceTree(spans);
      const times = selfTimes(tree);
      const slow = sharedByNanosecond(tree);
      for (const time of times) expect(time).toBeGreaterThanOrEqual(0);
      for (const [at, node] of tree.nodes.entries()) {
        expect(Math.abs((times[at] ?? 0) - (slow.get(node) ?? 0))).toBeLessThanOrEqual(1.001);
      }
      const sum = [...slow.values()].reduce((all, time) => all + time, 0);
      expect(times.reduce((all, time) => all + time, 0)).toBe(Math.round(sum));
    }),
    100,
  );
});

test('rounds so that the sums stay true', () => {
  expect(wholeUnits([0.4, 0.4, 0.4, 0.4], 1)).toEqual([0, 1, 0, 1]);
  expect(wholeUnits([1_500, 1_500, 0, 400], 1_000)).toEqual([2, 1, 0, 0]);
});

/** The same by the letter: what runs at each nanosecond gets its share of it. */
function sharedByNanosecond({ roots, nodes }: TraceTree): Map<TraceNode, number> {
  const start = new Map<TraceNode, number>();
  const end = new Map<TraceNode, number>();
  const place = (node: TraceNode, moved: number, least: number): number => {
    const from = Math.max(node.start + moved, least);
    start.set(node, from);
    const ends = node.children.map((child) => place(child, from - node.start, from));
    const until = Math.max(from + node.end - node.start, ...ends);
    end.set(node, until);
    return until;
  };
  const times = new Map(nodes.map((node) => [node, 0]));
  const runs = (node: TraceNode, at: number): boolean =>
    (start.get(node) ?? 0) <= at && at < (end.get(node) ?? 0);
  const give = (node: TraceNode, at: number, share: number): void => {
    const running = node.children.filter((child) => runs(child, at));
    if (running.length === 0) times.set(node, (times.get(node) ?? 0) + share);
    for (const child of running) give(child, at, share / running.length);
  };
  for (const root of roots) {
    const until = place(root, 0, root.start);
    for (let at = root.start; at < until; at++) give(root, at, 1);
  }
  return times;
}
