import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../log/entry.ts';
import { lens } from '../../log/lens.ts';
import { traceIds } from '../../log/trace-ids.ts';

const T = '4bf92f3577b34da6a3ce929d0e0e4736';
const S = '00f067aa0ba902b7';
const P = 'b7ad6b7169203331';
const ALL = { traceId: T, spanId: S, parentSpanId: P };
const TWO = { traceId: T, spanId: S };

describe('the ids of a line', () => {
  test.each<[string, JsonObject, object]>([
    ['One Log', { trace_id: T, span_id: S, parent_span_id: P }, ALL],
    ['camel case', { traceId: T, spanId: S, parentSpanId: P }, ALL],
    ['.NET', { TraceId: T, SpanId: S, ParentId: P }, ALL],
    ['Go', { TraceID: T, SpanID: S, ParentSpanID: P }, ALL],
    ['Zipkin', { traceId: T, id: 'x', spanId: S, parentId: P }, ALL],
    ['B3 headers', { 'X-B3-TraceId': T, 'X-B3-SpanId': S, 'X-B3-ParentSpanId': P }, ALL],
    ['ECS', { 'trace.id': T, 'span.id': S, 'parent.id': P }, ALL],
    ['ECS with a transaction', { trace: { id: T }, transaction: { id: S } }, TWO],
    ['Python’s OpenTelemetry', { otelTraceID: T, otelSpanID: S, otelServiceName: 'shop' }, TWO],
    [
      'Google',
      {
        'logging.googleapis.com/trace': `projects/shop/traces/${T}`,
        'logging.googleapis.com/spanId': S,
      },
      { ...TWO, originalTraceId: `projects/shop/traces/${T}` },
    ],
    ['MDC', { mdc: { traceId: T, spanId: S, parentId: P } }, ALL],
    ['MDC flattened', { 'mdc.traceId': T, 'mdc.spanId': S }, TWO],
    ['log4j2', { contextMap: { traceId: T, spanId: S } }, TWO],
    [
      'OpenTelemetry’s console exporter',
      { context: { trace_id: T, span_id: S }, parent_id: P },
      ALL,
    ],
    ['nested twice', { resource: { attributes: { trace_id: T, span_id: S } } }, TWO],
    ['objects', { trace: { id: T }, span: { id: S, parent: P }, parent: { id: P } }, ALL],
    ['a bare trace', { trace: T, span: S, parent: P }, ALL],
    ['W3C', { traceparent: `00-${T}-${S}-01` }, TWO],
    ['B3 in one', { b3: `${T}-${S}-1-${P}` }, ALL],
    ['Jaeger', { 'uber-trace-id': `${T}:${S}:${P}:1` }, ALL],
    ['text', { message: `pet added trace_id=${T} span_id=${S}` }, TWO],
    ['text with colons', { msg: `[traceId: ${T}, spanId: ${S}, parentId: ${P}] pet added` }, ALL],
    ['JSON in text', { message: `pet added {"traceId":"${T}","spanId":"${S}"` }, TWO],
    ['Sleuth', { message: `INFO [shop,${T},${S},true] pet added` }, TWO],
    ['Spring Boot', { message: `[${T}-${S}] pet added` }, TWO],
  ])('as %s writes them', (_, log, expected) => {
    expect(traceIds(log)).toEqual(expected);
  });

  test('of Datadog are decimal', () => {
    const dd = { trace_id: '11803532876627986230', span_id: '67667974448284343', parent_id: '12' };
    const expected = {
      traceId: '0000000000000000a3ce929d0e0e4736',
      spanId: '00f067aa0ba902b7',
      parentSpanId: '000000000000000c',
      originalTraceId: '11803532876627986230',
      originalSpanId: '67667974448284343',
    };
    expect(traceIds({ dd })).toEqual(expected);
    expect(
      traceIds({
        'dd.trace_id': dd.trace_id,
        'dd.span_id': dd.span_id,
        'dd.parent_id': dd.parent_id,
      }),
    ).toEqual(expected);
    expect(
      traceIds({ message: `[dd.trace_id=${dd.trace_id} dd.span_id=${dd.span_id}] hi` }),
    ).toEqual({
      ...expected,
      parentSpanId: undefined,
    });
  });

  test('of other lengths and alphabets become OTLP’s, with the originals', () => {
    const { traceId, spanId, originalTraceId, originalSpanId } = traceIds({
      traceId: 'req_8Zk',
      spanId: 'span/7',
    });
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(spanId).toMatch(/^[0-9a-f]{16}$/);
    expect({ originalTraceId, originalSpanId }).toEqual({
      originalTraceId: 'req_8Zk',
      originalSpanId: 'span/7',
    });
  });

  test.each<[string, JsonObject]>([
    ['an empty line', {}],
    ['absent values', { trace_id: '', span_id: '-', parent_span_id: null }],
    ['zeros', { trace_id: '0'.repeat(32), span_id: '0'.repeat(16) }],
    ['a stack trace', { trace: 'Error: no\n at x', span: 'wide', parent: 'Rex' }],
    ['a domain’s parent', { parentId: 'cat-1', id: 7 }],
    ['a message about traces', { msg: 'no trace id: gave up' }],
    ['what is nested too deep', { context: { context: { context: { trace_id: T } } } }],
    ['what is in other objects', { order: { trace_id: T } }],
  ])('%s has none', (_, log) => {
    expect(traceIds(log)).toEqual({});
  });

  test('an absent value does not hide a later one', () => {
    expect(traceIds({ traceId: '', trace_id: T, span_id: '-', 'span.id': S })).toEqual(TWO);
  });

  test('fields at the top come before nested ones, and all of them before the text', () => {
    expect(traceIds({ ctx: { trace_id: P.repeat(2) }, trace_id: T, msg: `trace_id=${P}` })).toEqual(
      {
        traceId: T,
      },
    );
  });

  test('a parent in other digits counts beside a span', () => {
    expect(traceIds({ traceId: T, spanId: S, parentId: 'ab' }).parentSpanId).toBe(
      '00000000000000ab',
    );
  });

  test('are where the user’s lenses say, and else where they are found', () => {
    const lenses = { traceId: lens('log.request.headers.[0]') };
    const log = { request: { headers: [T] }, trace_id: P.repeat(2), span_id: S };
    expect(traceIds(log, lenses)).toEqual(TWO);
    expect(traceIds({ trace_id: T, span_id: S }, lenses)).toEqual(TWO);
  });

  test('names that objects inherit are no fields', () => {
    expect(
      traceIds(JSON.parse('{"constructor":"x","__proto__":{"trace_id":"1"}}') as JsonObject),
    ).toEqual({});
  });
});
