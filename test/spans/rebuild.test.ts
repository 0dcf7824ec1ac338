import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../log/entry.ts';
import { SpanRebuilder, type RebuiltSpan } from '../../spans/rebuild.ts';
import type { RebuildCounts, RebuildLimits } from '../../spans/rebuild-limits.ts';
import type { Span } from '../../spans/span.ts';
import { check } from '../property.ts';
import { ScriptedLog, spanId, traceId } from './scripted-log.ts';

interface Rebuilt {
  readonly spans: Span[];
  readonly given: RebuiltSpan[];
  readonly counts: RebuildCounts;
}

function rebuild(
  entries: readonly LogEntry[],
  limits: Partial<RebuildLimits> = {},
  { end = true } = {},
): Rebuilt {
  const given: RebuiltSpan[] = [];
  const rebuilder = new SpanRebuilder((rebuilt) => given.push(rebuilt), limits);
  for (const entry of entries) rebuilder.push(entry);
  if (end) rebuilder.end();
  return { given, spans: given.map(({ span }) => span), counts: rebuilder.counts };
}

const byId = (spans: readonly Span[]): Span[] =>
  spans.toSorted((a, b) => (a.traceId + a.spanId < b.traceId + b.spanId ? -1 : 1));

/*
 *   petstore  ──S1──line1─────────────line2──E1──
 *   payment   ──────────────S2──line3──E2────────
 */
function checkout(): ScriptedLog {
  const log = new ScriptedLog();
  log.start(1, 'petstore', 1, 1);
  log.within(1.1, 'petstore', 1, 1, 'pricing', { time: 1100, level: 30 });
  log.start(1.2, 'payment', 1, 2, { parent_span_id: spanId(1) });
  log.within(1.3, 'payment', 1, 2, 'refused', {
    time: 1300,
    error: { type: 'InvalidPayment', message: 'no', stack: 'at x' },
  });
  log.end(1.4, 'payment', 1, 2, 1.2, {
    parent_span_id: spanId(1),
    status: { code: 2, message: 'no' },
  });
  log.within(1.45, 'petstore', 1, 1, 'answered');
  log.end(1.5, 'petstore', 1, 1, 1, { attributes: { 'http.route': '/pets' } });
  return log;
}

describe('rebuilding spans', () => {
  test('gives each span all that its lines say', () => {
    const { spans, counts } = rebuild(checkout().entries);
    expect(spans).toEqual([
      {
        traceId: traceId(1),
        spanId: spanId(2),
        parentSpanId: spanId(1),
        name: 'op 2',
        kind: 1,
        startTimeUnixNano: '1200000000',
        endTimeUnixNano: '1400000000',
        status: { code: 2, message: 'no' },
        attributes: {},
        events: [
          {
            timeUnixNano: '1300000000',
            name: 'refused',
            attributes: {
              'one_log.line': 'payment@h/1.1#1',
              error: { type: 'InvalidPayment', message: 'no', stack: 'at x' },
              'exception.type': 'InvalidPayment',
              'exception.message': 'no',
              'exception.stacktrace': 'at x',
            },
          },
        ],
        links: [],
        resource: { 'service.name': 'payment', 'service.instance.id': 'payment@h/1.1' },
        lines: [0, 1, 2].map((seq) => ({ instance: 'payment@h/1.1', seq })),
        warnings: [],
      },
      expect.objectContaining({
        spanId: spanId(1),
        attributes: { 'http.route': '/pets' },
        events: [
          {
            timeUnixNano: '1100000000',
            name: 'pricing',
            attributes: { 'one_log.line': 'petstore@h/1.1#1', level: 30 },
          },
          {
            timeUnixNano: '1450000000',
            name: 'answered',
            attributes: { 'one_log.line': 'petstore@h/1.1#2' },
          },
        ],
      }),
    ]);
    expect(spans[1]).not.toHaveProperty('parentSpanId');
    expect(counts).toMatchObject({ complete: 2, incomplete: 0, inSpans: 7, open: 0, unplaced: 0 });
  });

  test('gives the lines with each span', () => {
    const { given } = rebuild(checkout().entries);
    for (const { span, entries } of given) {
      expect(entries.map(({ instance, seq }) => ({ instance, seq }))).toEqual(span.lines);
    }
  });

  test('needs no start line', () => {
    const log = checkout();
    const ends = log.entries.filter((entry) => entry.log['msg'] !== 'span start');
    const without = ({ lines: _lines, ...span }: Span): unknown => span;
    expect(rebuild(ends).spans.map(without)).toEqual(rebuild(log.entries).spans.map(without));
  });

  test('gives the same spans for lines out of order within the slack, and for repeated ones', () => {
    const { entries } = checkout();
    const exact = byId(rebuild(entries).spans).map(({ lines: _lines, ...span }) => span);
    check(
      fc.property(
        fc.shuffledSubarray(entries, { minLength: entries.length }),
        fc.subarray(entries),
        (shuffled, again) => {
          const { spans, counts } = rebuild([...shuffled, ...again]);
          expect(byId(spans).map(({ lines: _lines, ...span }) => span)).toEqual(exact);
          expect(counts.duplicates).toBe(again.length);
        },
      ),
    );
  });

  test('gives a span only after the slack, with the late lines in it', () => {
    const log = checkout();
    expect(rebuild(log.entries, {}, { end: false }).spans).toEqual([]);
    log.within(1.6, 'petstore', 1, 1, 'logged late');
    log.tick(2.1);
    const { spans } = rebuild(log.entries, {}, { end: false });
    expect(spans.map((span) => span.spanId)).toEqual([spanId(2), spanId(1)]);
    expect(spans[1]?.events.map(({ name }) => name)).toEqual([
      'pricing',
      'answered',
      'logged late',
    ]);
  });

  test('closes the spans of a process that exits, as errors, at its exit', () => {
    const log = new ScriptedLog();
    log.start(1, 'petstore', 1, 1);
    log.start(1.1, 'payment', 1, 2, { parent_span_id: spanId(1) });
    log.exited(2, 'payment', { code: null, signal: 'SIGKILL' });
    log.tick(3);
    const { spans, counts } = rebuild(log.entries, {}, { end: false });
    expect(spans).toMatchObject([
      {
        spanId: spanId(2),
        parentSpanId: spanId(1),
        endTimeUnixNano: '2000000000',
        status: { code: 2, message: 'payment exited by SIGKILL before the span ended' },
        attributes: { 'one_log.incomplete': true },
        warnings: [{ kind: 'missing-end' }],
      },
    ]);
    expect(counts).toMatchObject({ complete: 0, incomplete: 1, open: 1 });
  });

  test('lets an end that is read after the exit count', () => {
    const log = new ScriptedLog();
    log.start(1, 'payment', 1, 2);
    log.exited(2, 'payment', { code: 0 });
    log.end(1.9, 'payment', 1, 2, 1);
    log.tick(3);
    expect(rebuild(log.entries).spans).toMatchObject([
      { endTimeUnixNano: '1900000000', warnings: [] },
    ]);
  });

  test('closes a span by log time when its whole trace has fallen silent', () => {
    const log = new ScriptedLog();
    log.start(1, 'petstore', 1, 1);
    log.start(1, 'petstore', 2, 3);
    for (let at = 5; at <= 65; at += 5) log.within(at, 'payment', 1, 2, 'still working');
    log.tick(66);
    const { spans } = rebuild(log.entries, { timeoutSeconds: 60 }, { end: false });
    expect(spans).toMatchObject([
      { traceId: traceId(2), endTimeUnixNano: '1000000000', warnings: [{ kind: 'missing-end' }] },
    ]);
  });

  test('tells the end that came too late by a span of its own', () => {
    const log = new ScriptedLog();
    log.start(1, 'petstore', 1, 1);
    log.tick(70);
    log.end(80, 'petstore', 1, 1, 1);
    log.end(80, 'petstore', 1, 1, 1);
    const { spans } = rebuild(log.entries);
    expect(
      spans.map(({ name, parentSpanId, resource }) => [
        name,
        parentSpanId,
        resource['service.name'],
      ]),
    ).toEqual([
      ['op 1', undefined, 'petstore'],
      ['late end', spanId(1), 'system'],
    ]);
    expect(spans[1]).toMatchObject({
      startTimeUnixNano: '1000000000',
      endTimeUnixNano: '80000000000',
    });
  });

  test('invents no span for lines that never had a boundary, and counts them', () => {
    const log = new ScriptedLog();
    log.within(1, 'petstore', 1, 1, 'x');
    log.within(1, 'petstore', 1, 1, 'y');
    expect(rebuild(log.entries)).toMatchObject({ spans: [], counts: { unplaced: 2, open: 0 } });
  });

  test.each([
    ['ids of other lengths', { trace_id: 'abc', span_id: 'def' }],
    ['upper-case ids', { trace_id: traceId(1).toUpperCase(), span_id: spanId(1) }],
    ['a zero trace id', { trace_id: '0'.repeat(32), span_id: spanId(1) }],
    ['numbers as ids', { trace_id: 1, span_id: 2 }],
    [
      'a boundary without a time',
      { trace_id: traceId(1), span_id: spanId(1), msg: 'span end', span_name: 'x' },
    ],
  ])('passes by a line with %s', (_, fields) => {
    const log = new ScriptedLog();
    log.line(1, 'petstore', { msg: 'span start', span_name: 'x', ...fields });
    expect(rebuild(log.entries).spans).toEqual([]);
  });

  test('holds no more open spans than its bound: the trace silent longest goes first', () => {
    const log = new ScriptedLog();
    for (let n = 1; n <= 10; n++) log.start(n, 'petstore', n, n);
    const { spans, counts } = rebuild(log.entries, { maxOpenSpans: 4 }, { end: false });
    expect(spans.map((span) => span.traceId)).toEqual([1, 2, 3, 4, 5, 6].map(traceId));
    expect(spans[0]?.warnings).toMatchObject([{ kind: 'evicted' }]);
    expect(counts).toMatchObject({ open: 4, evicted: 6, incomplete: 6 });
  });

  test('holds the bound within one trace as well', () => {
    const log = new ScriptedLog();
    for (let n = 1; n <= 10; n++) log.start(n, 'petstore', 1, n);
    expect(rebuild(log.entries, { maxOpenSpans: 4 }, { end: false }).counts.open).toBe(4);
  });

  test('keeps no more lines of a span than its bound, counts the rest and still ends it', () => {
    const log = new ScriptedLog();
    log.start(1, 'petstore', 1, 1);
    for (let n = 0; n < 50; n++) log.within(1, 'petstore', 1, 1, `line ${n}`);
    log.end(2, 'petstore', 1, 1, 1);
    const { spans, counts } = rebuild(log.entries, { maxLinesPerSpan: 10 });
    expect(spans[0]?.events).toHaveLength(9);
    expect(spans[0]?.warnings).toMatchObject([
      { kind: 'lines-dropped', message: '41 more log lines of this span are not kept' },
    ]);
    expect(counts.dropped).toBe(41);
  });

  test('puts a line that rounding sets before its span at the span’s start', () => {
    const log = new ScriptedLog();
    log.start(1.0005, 'petstore', 1, 1);
    log.within(1.0006, 'petstore', 1, 1, 'rounded', { time: 1000 });
    log.within(1.0007, 'petstore', 1, 1, 'really before', { time: 998 });
    log.end(2, 'petstore', 1, 1, 1.0005);
    expect(
      rebuild(log.entries).spans[0]?.events.map(({ name, timeUnixNano }) => [name, timeUnixNano]),
    ).toEqual([
      ['really before', '998000000'],
      ['rounded', '1000500000'],
    ]);
  });

  test('keeps a __proto__ key of a line as an attribute', () => {
    const log = new ScriptedLog();
    log.within(
      1,
      'petstore',
      1,
      1,
      'x',
      JSON.parse('{"__proto__":{"a":1}}') as Record<string, never>,
    );
    log.end(2, 'petstore', 1, 1, 1);
    const [event] = rebuild(log.entries).spans[0]?.events ?? [];
    expect(Object.keys(event?.attributes ?? {})).toContain('__proto__');
    expect(Object.getPrototypeOf(event?.attributes)).toBe(Object.prototype);
  });
});
