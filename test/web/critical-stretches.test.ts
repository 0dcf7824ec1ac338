import { expect, test } from 'vitest';
import type { Span } from '../../spans/span.ts';
import { criticalStretches } from '../../web/page/critical-stretches.ts';
import { spanTree } from '../../web/page/span-tree.ts';
import { rebuilt, spanId } from '../export/rebuilt.ts';

test('what of each span decides the duration is told by span', () => {
  // op 1 ├──────────┤
  // op 2   ├───┤
  // op 3    ├─┤        nobody waits for it
  const spans = criticalOf(
    [
      { span: 1, long: 10 },
      { span: 2, parent: 1, at: 2, long: 5 },
      { span: 3, parent: 1, at: 3, long: 2 },
    ].map((sketch) => rebuilt({ trace: 1, ...sketch }).span),
  );
  expect([1, 2, 3].map((id) => spans.get(spanId(id)))).toEqual([
    {
      nanos: 5e6,
      stretches: [
        { start: 0, end: 2e6 },
        { start: 7e6, end: 10e6 },
      ],
    },
    { nanos: 5e6, stretches: [{ start: 2e6, end: 7e6 }] },
    undefined,
  ]);
});

test('a span with a thousand critical parts is drawn in few, and counted exactly', () => {
  const calls = Array.from({ length: 5_000 }, (_, at) => ({
    span: at + 1,
    parent: 0,
    at,
    long: 0.9,
  }));
  const spans = [{ span: 0, long: 5_000 }, ...calls].map(
    (sketch) => rebuilt({ trace: 1, ...sketch }).span,
  );
  const root = criticalOf(spans).get(spanId(0));
  expect([root?.stretches.length, root?.nanos]).toEqual([1, 500e6]);
});

test('nobody waits for what the system says of a trace', () => {
  const spans = [
    { span: 1, at: 1, long: 10 },
    { span: 2, parent: 1, at: 0, long: 9, service: 'system', name: 'incident' },
  ].map((sketch) => rebuilt({ trace: 1, ...sketch }).span);
  expect([...criticalOf(spans)]).toEqual([
    [spanId(1), { nanos: 10e6, stretches: [{ start: 1e6, end: 11e6 }] }],
  ]);
});

const criticalOf = (spans: readonly Span[]) => criticalStretches(spans, spanTree(spans));
