import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readableSpan, ResourceCache } from '../../export/readable-span.ts';
import type { JsonObject } from '../../log/entry.ts';
import { SPAN_KIND, STATUS } from '../../spans/span.ts';
import { check } from '../property.ts';
import { sampleSpan } from './sample-span.ts';

const readable = (instead: Parameters<typeof sampleSpan>[0]) =>
  readableSpan(sampleSpan(instead), new ResourceCache());

const nanos = ([seconds, rest]: [number, number]) => BigInt(seconds) * 10n ** 9n + BigInt(rest);

describe('a readable span', () => {
  test('has its times exact to the nanosecond', () => {
    check(
      fc.property(fc.bigInt(0n, 2n ** 63n), fc.bigInt(0n, 10n ** 13n), (start, duration) => {
        const {
          startTime,
          endTime,
          duration: took,
        } = readable({
          startTimeUnixNano: String(start),
          endTimeUnixNano: String(start + duration),
        });
        expect([nanos(startTime), nanos(endTime), nanos(took)]).toEqual([
          start,
          start + duration,
          duration,
        ]);
      }),
    );
  });

  test('has no negative duration when its clock was skewed', () => {
    expect(readable({ endTimeUnixNano: '1795363200123456780' }).duration).toEqual([0, 0]);
  });

  test('has the kinds that the API counts from internal', () => {
    const kinds = Object.values(SPAN_KIND).map((kind) => readable({ kind }).kind);
    expect(kinds).toEqual([0, 1, 2, 3, 4]);
  });

  test('has ids, parent, status, events and links', () => {
    const span = readable({
      parentSpanId: '00f067aa0ba902b7',
      status: { code: STATUS.error, message: 'InvalidPayment' },
      events: [{ timeUnixNano: '1795363200123456790', name: 'exception', attributes: { n: 1 } }],
      links: [{ traceId: 'aa'.repeat(16), spanId: 'bb'.repeat(8), attributes: { why: 'retry' } }],
    });
    expect(span.spanContext()).toEqual({
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      traceFlags: 1,
    });
    expect(span.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
    expect(span.status).toEqual({ code: 2, message: 'InvalidPayment' });
    expect(span.events).toEqual([
      { name: 'exception', time: [1_795_363_200, 123_456_790], attributes: { n: 1 } },
    ]);
    expect(span.links).toEqual([
      {
        context: { traceId: 'aa'.repeat(16), spanId: 'bb'.repeat(8), traceFlags: 1 },
        attributes: { why: 'retry' },
      },
    ]);
    expect(readable({}).parentSpanContext).toBeUndefined();
  });

  test('keeps flat attributes and lists of one kind, and has what is nested deeper as JSON text', () => {
    const { attributes } = readable({
      attributes: {
        text: 'a',
        number: 1.5,
        flag: false,
        texts: ['a', 'b'],
        numbers: [1, 2],
        flags: [true],
        mixed: [1, 'a'],
        nested: { a: [1] },
        nothing: null,
        empty: [],
        half: 'x\ud800',
      },
    });
    expect(attributes).toEqual({
      text: 'a',
      number: 1.5,
      flag: false,
      texts: ['a', 'b'],
      numbers: [1, 2],
      flags: [true],
      mixed: '[1,"a"]',
      nested: '{"a":[1]}',
      nothing: 'null',
      empty: [],
      half: 'x\ufffd',
    });
  });

  test('says so where an attribute is nested too deep for JSON text', () => {
    const loop: JsonObject = {};
    loop['self'] = loop;
    expect(readable({ attributes: { loop, other: 1 } }).attributes).toEqual({
      loop: '(nested too deep)',
      other: 1,
    });
  });

  test('says its warnings where Jaeger looks for them', () => {
    const { attributes } = readable({
      warnings: [{ kind: 'missing-end', message: 'no end line' }],
    });
    expect(attributes).toEqual({ '@jaeger@warnings': ['missing-end: no end line'] });
  });

  test('shares its resource object with the spans of an equal resource', () => {
    const resources = new ResourceCache();
    const [one, two, other] = [{}, {}, { resource: { 'service.name': 'payment' } }].map((instead) =>
      readableSpan(sampleSpan(instead), resources),
    );
    expect(one?.resource).toBe(two?.resource);
    expect(other?.resource).not.toBe(one?.resource);
    expect(other?.resource.attributes).toEqual({ 'service.name': 'payment' });
  });
});
