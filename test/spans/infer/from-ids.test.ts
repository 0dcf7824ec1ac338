import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../log/entry.ts';
import { SpansFromIds } from '../../../spans/infer/from-ids.ts';
import type { Span } from '../../../spans/span.ts';
import { ScriptedLog, spanId, traceId } from '../scripted-log.ts';

/** All spans of a log, by name. */
function spansOf({ entries }: ScriptedLog, limits = {}): Span[] {
  const spans: Span[] = [];
  const rebuilder = new SpansFromIds(({ span }) => spans.push(span), limits);
  for (const entry of entries) rebuilder.push(entry);
  rebuilder.end();
  return spans;
}

/** Each span id's parent, by the numbers that made them. */
const parentsOf = (spans: readonly Span[]): Record<string, number | undefined> =>
  Object.fromEntries(
    spans.map(({ spanId: id, parentSpanId }) => [numberOf(id), numberOf(parentSpanId)]),
  );

const numberOf = (id: string | undefined): number | undefined =>
  id === undefined ? undefined : Number.parseInt(id.replace(/^(?:b0)+b?/, ''), 16);

const T = 1_795_363_200;

/** Twenty requests, one a second: what one of them says, by time in it. */
function requests(
  says: (log: ScriptedLog, at: number, trace: number, line: Line) => void,
): ScriptedLog {
  const log = new ScriptedLog();
  for (let trace = 1; trace <= 20; trace++) {
    says(log, T + trace, trace, (ms, node, span, msg, more) => {
      log.within(T + trace + ms / 1000, node, trace, span, msg, more);
    });
  }
  return log;
}
type Line = (ms: number, node: string, span: number, msg: string, more?: JsonObject) => void;

describe('spans from lines with ids', () => {
  test('last from their first line to their last, or as long as one says', () => {
    const log = new ScriptedLog();
    log.within(T, 'shop', 1, 1, 'looking');
    log.within(T + 0.5, 'shop', 1, 1, 'found 3 pets', { level: 50 });
    log.within(T + 2, 'shop', 2, 2, 'request completed', {
      duration_ms: 250,
      request: { method: 'GET', path: '/pets/42?all=1' },
    });
    const [looking, request] = spansOf(log);
    expect(looking).toMatchObject({
      traceId: traceId(1),
      spanId: spanId(1),
      name: 'found <*> pets',
      startTimeUnixNano: '1795363200000000000',
      endTimeUnixNano: '1795363200500000000',
      status: { code: 2 },
      resource: { 'service.name': 'shop' },
      lines: [
        { instance: 'shop@h/1.1', seq: 0 },
        { instance: 'shop@h/1.1', seq: 1 },
      ],
      events: [{ name: 'looking' }, { name: 'found 3 pets' }],
    });
    expect(request).toMatchObject({
      name: 'GET /pets/:id',
      kind: 2,
      startTimeUnixNano: '1795363201750000000',
      endTimeUnixNano: '1795363202000000000',
    });
  });

  test('hang on the tightest span that contains them', () => {
    const log = requests((_log, _at, _trace, line) => {
      line(0, 'shop', 1, 'request in');
      line(1, 'shop', 2, 'checkout begins');
      line(2, 'bank', 3, 'payment begins');
      line(3, 'bank', 4, 'card checked');
      line(4, 'bank', 3, 'payment done');
      line(5, 'shop', 2, 'checkout done');
      line(6, 'shop', 1, 'request done');
    });
    const spans = spansOf(log);
    expect(spans).toHaveLength(80);
    for (const four of Map.groupBy(spans, (span) => span.traceId).values()) {
      expect(parentsOf(four)).toEqual({ 1: undefined, 2: 1, 3: 2, 4: 3 });
    }
    expect(spans.find(({ spanId: id }) => id === spanId(3))?.warnings).toContainEqual({
      kind: 'inferred-parent',
      message: expect.any(String),
      confidence: expect.closeTo(21 / 22, 3),
    });
  });

  test('that speak only when they are done hang where the next to speak had waited', () => {
    // Only the request says how long it took; what the checkout contains is seen by its speaking next.
    const log = requests((_log, _at, trace, line) => {
      line(1, 'shop', 1, 'basket priced');
      line(5, 'bank', 2, 'card charged', { elapsed_ms: 3 });
      const refused = trace % 4 === 0;
      if (!refused) line(7, 'shop', 3, 'basket sold');
      line(8, 'shop', 4, 'request completed', { duration_ms: 8 });
    });
    for (const [id, spans] of Map.groupBy(spansOf(log), (span) => span.traceId)) {
      const refused = Number.parseInt(id.replace(/^(?:a0)+a?/, ''), 16) % 4 === 0;
      expect(parentsOf(spans)).toEqual(
        refused ? { 1: 4, 2: 4, 4: undefined } : { 1: 3, 2: 3, 3: 4, 4: undefined },
      );
    }
  });

  test('hang on the parent that a field names, with no doubt', () => {
    const log = new ScriptedLog();
    log.within(T, 'shop', 1, 1, 'in');
    log.within(T + 0.1, 'shop', 1, 2, 'sibling', { parent_span_id: spanId(1) });
    log.within(T + 0.2, 'shop', 1, 3, 'grandchild', { parent_span_id: spanId(2) });
    const spans = spansOf(log);
    expect(parentsOf(spans)).toEqual({ 1: undefined, 2: 1, 3: 2 });
    expect(spans.flatMap(({ warnings }) => warnings.map(({ kind }) => kind))).not.toContain(
      'inferred-parent',
    );
  });

  test('have no parent above themselves, even where fields name each other', () => {
    const log = new ScriptedLog();
    log.within(T, 'shop', 1, 1, 'one', { parent_span_id: spanId(2) });
    log.within(T, 'shop', 1, 2, 'two', { parent_span_id: spanId(1) });
    expect(spansOf(log).filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(1);
  });

  test('are one a process where lines have a trace id alone', () => {
    const log = new ScriptedLog();
    log.line(T, 'shop', { traceId: traceId(1), msg: 'in' });
    log.line(T + 0.1, 'bank', { traceId: traceId(1), msg: 'charged' });
    log.line(T + 0.2, 'shop', { traceId: traceId(1), msg: 'out' });
    const spans = spansOf(log);
    const shop = spans.find(({ resource }) => resource['service.name'] === 'shop');
    expect(spans).toHaveLength(2);
    expect(spans.find((span) => span !== shop)?.parentSpanId).toBe(shop?.spanId);
  });

  test('keep foreign ids beside their own', () => {
    const log = new ScriptedLog();
    log.line(T, 'shop', { trace_id: 'order-77/a', span_id: 'step-1', msg: 'in' });
    const [span] = spansOf(log);
    expect(span?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span?.attributes).toEqual({
      'one_log.original_trace_id': 'order-77/a',
      'one_log.original_span_id': 'step-1',
    });
  });

  test('are the same whether many are held or few', () => {
    const log = requests((_log, _at, _trace, line) => {
      line(0, 'shop', 1, 'in');
      line(1, 'bank', 2, 'charged');
      line(2, 'shop', 1, 'out');
    });
    const few = spansOf(log, { maxHeldLines: 6, timeoutSeconds: 0.5, tracesPerWindow: 1 });
    const byId = (spans: Span[]): unknown[] =>
      spans.map(({ traceId: trace, spanId: id, parentSpanId }) => [trace, id, parentSpanId]).sort();
    expect(byId(few)).toEqual(byId(spansOf(log)));
  });

  test('of a huge trace are one tree, in time that grows with it', () => {
    const log = new ScriptedLog();
    for (let span = 1; span <= 10_000; span++) log.within(T + span / 1000, 'shop', 1, span, 'done');
    const roots = spansOf(log).filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(roots.map(({ spanId: id }) => id)).toEqual([spanId(1)]);
  });

  test('have a bound of lines, and say what was left out', () => {
    const log = new ScriptedLog();
    for (let line = 0; line < 5; line++) log.within(T + line, 'shop', 1, 1, 'again');
    const [span] = spansOf(log, { maxLinesPerSpan: 3 });
    expect(span?.lines).toHaveLength(3);
    expect(span?.endTimeUnixNano).toBe('1795363204000000000');
    expect(span?.warnings).toContainEqual({
      kind: 'lines-dropped',
      message: '2 more log lines of this span are not kept',
    });
  });
});
