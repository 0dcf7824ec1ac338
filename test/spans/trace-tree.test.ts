import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SPAN_KIND } from '../../spans/span.ts';
import { problemText, traceTree, type TraceNode } from '../../spans/trace-tree.ts';
import { check } from '../property.ts';
import { messyTrace, shapedTrace } from './flame/shaped-trace.ts';

const names = (nodes: readonly TraceNode[]): string[] => nodes.map(({ span }) => span.spanId);

test('has parents before their children and siblings by start', () => {
  const { roots, nodes, problems } = traceTree(
    shapedTrace([
      ['late', 'root', 5, 6],
      ['early', 'root', 1, 4],
      ['root', undefined, 0, 10],
      ['leaf', 'early', 2, 3],
    ]),
  );
  expect(names(roots)).toEqual(['root']);
  expect(names(nodes)).toEqual(['root', 'early', 'leaf', 'late']);
  expect([...problems]).toEqual([]);
});

test.each([
  ['a parent that is not there', [['a', 'gone', 0, 1]], [['missing parent', 1]], ['a']],
  ['a span that is its own parent', [['a', 'a', 0, 1]], [['circle', 1]], ['a']],
  ['an end before its start', [['a', undefined, 5, 1]], [['negative', 1]], ['a']],
  [
    'two roots',
    [
      ['a', undefined, 0, 1],
      ['b', undefined, 2, 3],
    ],
    [['several roots', 1]],
    ['a', 'b'],
  ],
  [
    'a child outside its parent',
    [
      ['a', undefined, 0, 5],
      ['b', 'a', 6, 7],
    ],
    [['outside', 1]],
    ['a'],
  ],
  [
    'a circle, which is cut at its earliest span and not at what hangs on it',
    [
      ['hanger', 'c', 0, 1],
      ['a', 'c', 3, 8],
      ['b', 'a', 2, 9],
      ['c', 'b', 4, 8],
    ],
    [
      ['circle', 1],
      ['outside', 1],
    ],
    ['b'],
  ],
] as const)('says of %s what was done', (_, shapes, problems, roots) => {
  const tree = traceTree(shapedTrace(shapes));
  expect([...tree.problems]).toEqual(problems);
  expect(names(tree.roots)).toEqual(roots);
  for (const [problem, count] of tree.problems) expect(problemText(problem, count)).toMatch(/^1 /);
});

test('takes a span that is there twice once', () => {
  const [span] = shapedTrace([['a', undefined, 0, 1]]);
  const tree = traceTree(span === undefined ? [] : [span, { ...span }]);
  expect(tree.nodes).toHaveLength(1);
  expect([...tree.problems]).toEqual([['repeated', 1]]);
});

test("puts a callee that shares its caller's id below it, and children below the callee", () => {
  const [client, child] = shapedTrace([
    ['call', undefined, 0, 10],
    ['work', 'call', 2, 3],
  ]);
  if (client === undefined || child === undefined) throw new Error('two spans were made');
  const caller = { ...client, kind: SPAN_KIND.client };
  const callee = { ...client, kind: SPAN_KIND.server, name: 'served' };
  const { nodes } = traceTree([callee, child, caller]);
  expect(nodes.map(({ span, parent }) => [span.name, parent?.span.name])).toEqual([
    ['call', undefined],
    ['served', 'call'],
    ['work', 'served'],
  ]);
});

test('has every span once, whatever the spans say, and each below its parent', () => {
  check(
    fc.property(messyTrace, (spans) => {
      const { roots, nodes, problems } = traceTree(spans);
      expect(nodes.length + (problems.get('repeated') ?? 0)).toBe(spans.length);
      expect(new Set(nodes).size).toBe(nodes.length);
      const seen = new Set<TraceNode>();
      for (const node of nodes) {
        const siblings = node.parent === undefined ? roots : node.parent.children;
        expect(siblings).toContain(node);
        expect(node.parent === undefined || seen.has(node.parent)).toBe(true);
        expect(node.end).toBeGreaterThanOrEqual(node.start);
        seen.add(node);
      }
    }),
  );
});
