import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callTree, MAX_DEPTH, type CallTree } from '../../../spans/flame/call-tree.ts';
import { check } from '../../property.ts';
import { messyTrace, shapedTrace, type Shape } from './shaped-trace.ts';

const outline = ({ frames }: CallTree): string[] =>
  frames.map(
    ({ depth, service, name, count, selfNanos, totalNanos }) =>
      `${'  '.repeat(depth)}${service} ${name} ×${count} ${selfNanos / 1e6}/${totalNanos / 1e6}`,
  );

const CHECKOUT: readonly Shape[] = [
  ['shop:checkout', undefined, 0, 10],
  ['bank:charge', 'shop:checkout', 2, 8],
];

test('puts the same call path of several traces into one frame', () => {
  const tree = callTree([
    shapedTrace(CHECKOUT),
    shapedTrace(CHECKOUT),
    shapedTrace([
      ['shop:checkout', undefined, 0, 2],
      ['shop:reserve', 'shop:checkout', 0, 1],
    ]),
  ]);
  expect(outline(tree)).toEqual([
    'shop checkout ×3 9/22',
    '  bank charge ×2 12/12',
    '  shop reserve ×1 1/1',
  ]);
  expect([tree.traces, tree.spans, tree.totalNanos / 1e6]).toEqual([3, 6, 22]);
});

test('has on the critical path only what decided the duration', () => {
  const tree = callTree([shapedTrace([...CHECKOUT, ['shop:reserve', 'shop:checkout', 3, 5]])], {
    weight: 'critical',
  });
  expect(outline(tree)).toEqual([
    'shop checkout ×1 4/10',
    '  bank charge ×1 6/6',
    '  shop reserve ×1 0/0',
  ]);
});

test('cuts paths that are too deep, and loses no time', () => {
  const depth = MAX_DEPTH + 100;
  const chain = Array.from({ length: depth }, (_, at): Shape => [
    `${at}`,
    at === 0 ? undefined : `${at - 1}`,
    at,
    2 * depth - at,
  ]);
  const tree = callTree([shapedTrace(chain)]);
  expect([tree.frames.length, tree.cut, tree.totalNanos / 1e6]).toEqual([
    MAX_DEPTH,
    100,
    2 * depth,
  ]);
});

test("adds up to the roots' time, whatever the spans say", () => {
  check(
    fc.property(fc.array(messyTrace, { minLength: 1, maxLength: 4 }), (traces) => {
      const { frames, roots, totalNanos, spans } = callTree(traces);
      expect(frames.reduce((sum, { selfNanos }) => sum + selfNanos, 0)).toBe(totalNanos);
      expect(roots.reduce((sum, root) => sum + root.totalNanos, 0)).toBe(totalNanos);
      expect(frames.reduce((sum, { count }) => sum + count, 0)).toBe(spans);
      for (const frame of frames) {
        expect(frame.selfNanos).toBeGreaterThanOrEqual(0);
        const below = frame.children.reduce((sum, child) => sum + child.totalNanos, 0);
        expect(frame.totalNanos).toBe(frame.selfNanos + below);
      }
    }),
  );
});
