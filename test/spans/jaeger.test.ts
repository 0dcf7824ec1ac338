import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jaegerTrace } from '../../spans/jaeger.ts';
import { lineKey } from '../../spans/line-key.ts';
import { durationNanos, unixMicros } from '../../spans/nanos.ts';
import type { Span } from '../../spans/span.ts';
import { check } from '../property.ts';

const span: Span = {
  traceId: '00000000000000005b8aa5a2d2c872e8',
  spanId: '051581bf3cb55c13',
  name: 'GET /a',
  kind: 2,
  startTimeUnixNano: '1795422244679000500',
  endTimeUnixNano: '1795422244689001900',
  status: { code: 0 },
  attributes: {},
  events: [],
  links: [],
  resource: { 'service.name': 'shop' },
  lines: [],
  warnings: [],
};
const first = (changes: Partial<Span>) => jaegerTrace([{ ...span, ...changes }]).spans[0];

describe('a trace in Jaeger JSON', () => {
  // What Jaeger v2.20 answers when it is sent the same span by OTLP.
  test('is what Jaeger makes of it', () => {
    const full: Span = {
      ...span,
      status: { code: 2, message: 'broken' },
      attributes: {
        z: '1',
        'a.str': 'x',
        'b.int': 42,
        dbl: 1.5,
        t: true,
        nul: null,
        arr: ['p', 3, 2.5, false],
        obj: { q: 'r', i: 1 },
      },
      events: [
        { timeUnixNano: '1795422244681000500', name: 'aev', attributes: {} },
        { timeUnixNano: '1795422244682000500', name: 'named', attributes: { event: 'own' } },
        { timeUnixNano: '1795422244684000500', name: 'zev', attributes: { m: 'n', c: 7 } },
      ],
      links: [
        {
          traceId: '0102030405060708090a0b0c0d0e0f10',
          spanId: '0102030405060708',
          attributes: { la: 'lb' },
        },
      ],
      resource: { 'service.name': 'shop', 'service.instance.id': 'shop@x/1.1', n: 5 },
    };
    expect(jaegerTrace([full])).toEqual({
      traceID: '5b8aa5a2d2c872e8',
      spans: [
        {
          traceID: '5b8aa5a2d2c872e8',
          spanID: '051581bf3cb55c13',
          operationName: 'GET /a',
          references: [
            {
              refType: 'FOLLOWS_FROM',
              traceID: '0102030405060708090a0b0c0d0e0f10',
              spanID: '0102030405060708',
            },
          ],
          startTime: 1795422244679000,
          duration: 10001,
          tags: [
            { key: 'a.str', type: 'string', value: 'x' },
            { key: 'arr', type: 'string', value: '["p",3,2.5,false]' },
            { key: 'b.int', type: 'int64', value: 42 },
            { key: 'dbl', type: 'float64', value: 1.5 },
            { key: 'nul', type: 'string', value: '' },
            { key: 'obj', type: 'string', value: '{"i":1,"q":"r"}' },
            { key: 't', type: 'bool', value: true },
            { key: 'z', type: 'string', value: '1' },
            { key: 'span.kind', type: 'string', value: 'server' },
            { key: 'otel.status_code', type: 'string', value: 'ERROR' },
            { key: 'error', type: 'bool', value: true },
            { key: 'otel.status_description', type: 'string', value: 'broken' },
          ],
          logs: [
            {
              timestamp: 1795422244681000,
              fields: [{ key: 'event', type: 'string', value: 'aev' }],
            },
            {
              timestamp: 1795422244682000,
              fields: [{ key: 'event', type: 'string', value: 'own' }],
            },
            {
              timestamp: 1795422244684000,
              fields: [
                { key: 'event', type: 'string', value: 'zev' },
                { key: 'c', type: 'int64', value: 7 },
                { key: 'm', type: 'string', value: 'n' },
              ],
            },
          ],
          processID: 'p1',
          warnings: null,
        },
      ],
      processes: {
        p1: {
          serviceName: 'shop',
          tags: [
            { key: 'n', type: 'int64', value: 5 },
            { key: 'service.instance.id', type: 'string', value: 'shop@x/1.1' },
          ],
        },
      },
      warnings: null,
    });
  });

  test('names the parent first, and only once where a link names it too', () => {
    const parentSpanId = '051581bf3cb55c14';
    const child = { refType: 'CHILD_OF', traceID: '5b8aa5a2d2c872e8', spanID: parentSpanId };
    const link = { traceId: span.traceId, spanId: parentSpanId, attributes: {} };
    const other = { ...link, spanId: '051581bf3cb55c15' };
    expect(first({ parentSpanId })?.references).toEqual([child]);
    expect(first({ parentSpanId, links: [other, link] })?.references).toEqual([
      { ...child, refType: 'FOLLOWS_FROM' },
      { ...child, refType: 'FOLLOWS_FROM', spanID: other.spanId },
    ]);
    const named = { ...link, attributes: { 'opentracing.ref_type': 'child_of' } };
    expect(first({ parentSpanId, links: [named] })?.references).toEqual([child]);
  });

  test('gives each process once', () => {
    const pay = { ...span, resource: { 'service.name': 'pay' } };
    const { spans, processes } = jaegerTrace([span, pay, span, { ...span, resource: {} }]);
    expect(spans.map(({ processID }) => processID)).toEqual(['p1', 'p2', 'p1', 'p3']);
    expect(Object.values(processes).map(({ serviceName }) => serviceName)).toEqual([
      'shop',
      'pay',
      'missing-service-name',
    ]);
  });

  test('shows a span that ends before it starts with no duration and says so', () => {
    expect(first({ endTimeUnixNano: '1795422244679000000' })).toMatchObject({
      duration: 0,
      warnings: ['ends 500 ns before it starts; shown with duration 0'],
    });
    const warnings = [{ kind: 'missing-end', message: 'no end' }];
    expect(first({ warnings, name: '' })).toMatchObject({
      operationName: 'empty-span-name',
      warnings: ['no end'],
    });
  });

  test('writes nested values as Jaeger does, and is not misled by their keys', () => {
    const attributes = JSON.parse('{"x":{"b":"<&>","a":1,"__proto__":2},"__proto__":"y"}');
    expect(first({ attributes, kind: 1 })?.tags).toEqual([
      { key: '__proto__', type: 'string', value: 'y' },
      { key: 'x', type: 'string', value: '{"__proto__":2,"a":1,"b":"<&>"}' },
      { key: 'span.kind', type: 'string', value: 'internal' },
    ]);
  });
});

describe('times', () => {
  test('are exact to the microsecond until 2255, and do not leave the safe integers after', () => {
    check(
      fc.property(fc.bigInt({ min: 0n, max: 9_000_000_000_000_000_000n }), (nano) => {
        expect(BigInt(unixMicros(String(nano)))).toBe(nano / 1000n);
      }),
    );
    expect(unixMicros('18446744073709551615')).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('give durations to the nanosecond', () => {
    expect(durationNanos(span)).toBe(10_001_400n);
    expect(durationNanos({ ...span, endTimeUnixNano: '0' })).toBe(-1795422244679000500n);
  });
});

test('a line has one key, in a firehose and in a file', () => {
  expect(lineKey({ instance: 'shop@lab/1.2', seq: 3 })).toBe('shop@lab/1.2#3');
  expect(lineKey({ file: 'shop.log', line: 4 })).toBe('shop.log:4');
});
