import { expect, test } from 'vitest';
import { TraceStore } from '../../export/trace-store.ts';
import { lineKey } from '../../spans/line-key.ts';
import { rebuilt, spanId, traceId } from './rebuilt.ts';

const store = new TraceStore(':memory:');
const first = rebuilt({ trace: 1, span: 1, seqs: [5, 6, 7], at: 1 });
const second = rebuilt({ trace: 1, span: 2, service: 'pay', seqs: [1, 2], at: 0 });
store.add([first, second, rebuilt({ trace: 2, span: 1 })]);
const inOrder = [...second.entries, ...first.entries].map(lineKey);

test('the lines of a trace are in the order they were read, whole or in parts', () => {
  expect(store.reader.lineKeys(traceId(1))).toEqual(inOrder);
  const part = store.reader.lines(traceId(1), 1, 3);
  expect(part.map(({ key }) => key)).toEqual(inOrder.slice(1, 4));
  expect(part.map(({ place }) => place)).toEqual([1, 2, 3]);
  expect(store.reader.lines(traceId(1), 9, 3)).toEqual([]);
  expect(store.reader.lineKeys(traceId(9))).toEqual([]);
});

test('a span is found by its id in its trace alone, with its lines as text', () => {
  expect(store.reader.span(traceId(1), spanId(2))).toEqual(second.span);
  expect(store.reader.span(traceId(2), spanId(2))).toBeUndefined();
  const lines = store.reader.linesOf(traceId(1), [
    ...first.span.lines,
    { file: 'gone.log', line: 1 },
  ]);
  expect(lines.map(({ text }) => text)).toEqual(first.entries.map(({ text }) => text));
});
