import fc from 'fast-check';
import { expect, test } from 'vitest';
import { correctSkews, estimateSkews } from '../../../spans/infer/skew.ts';
import { SPAN_KIND, STATUS, type Span } from '../../../spans/span.ts';
import { check } from '../../property.ts';

const MS = 1_000_000n;
const BASE = 1_795_363_200_000n * MS;

const span = (
  trace: number,
  id: string,
  host: string,
  startMs: number,
  endMs: number,
  parent?: string,
): Span => ({
  traceId: `${trace}`,
  spanId: id,
  ...(parent !== undefined && { parentSpanId: parent }),
  name: id,
  kind: SPAN_KIND.internal,
  startTimeUnixNano: `${BASE + BigInt(startMs) * MS}`,
  endTimeUnixNano: `${BASE + BigInt(endMs) * MS}`,
  status: { code: STATUS.unset },
  attributes: {},
  events: [{ timeUnixNano: `${BASE + BigInt(startMs) * MS}`, name: 'line', attributes: {} }],
  links: [],
  resource: { 'service.name': id, 'host.name': host },
  lines: [],
  warnings: [],
});

/** Calls that begin 2 ms after their caller and end 2 ms before it, on a host whose clock is ahead. */
const calls = (aheadMs: number): Span[] =>
  Array.from({ length: 20 }, (_, index) => [
    span(index, 'front', 'a', index * 100, index * 100 + 20),
    span(index, 'middle', 'b', index * 100 + 2 + aheadMs, index * 100 + 18 + aheadMs, 'front'),
    span(index, 'back', 'c', index * 100 + 4 - aheadMs, index * 100 + 16 - aheadMs, 'middle'),
  ]).flat();

test('clocks that are ahead are found along the calls, and put right with a warning', () => {
  const spans = calls(50);
  const skews = estimateSkews(spans);
  expect([...skews]).toEqual([
    ['a', 0n],
    ['b', 50n * MS],
    ['c', -50n * MS],
  ]);
  const corrected = correctSkews(spans, skews);
  expect(corrected.map(({ startTimeUnixNano }) => startTimeUnixNano)).toEqual(
    calls(0).map(({ startTimeUnixNano }) => startTimeUnixNano),
  );
  expect(corrected[0]).toBe(spans[0]);
  expect(corrected[1]?.warnings).toEqual([
    {
      kind: 'clock-skew',
      message: expect.stringContaining('b is 50 ms ahead'),
      before: spans[1]?.startTimeUnixNano,
      after: corrected[1]?.startTimeUnixNano,
    },
  ]);
  expect(corrected[1]?.events[0]?.timeUnixNano).toBe(corrected[1]?.startTimeUnixNano);
});

test('clocks whose calls are within their callers are left alone', () => {
  expect([...estimateSkews(calls(1)).values()]).toEqual([0n, 0n, 0n]);
});

test('after a correction the calls of one offset are all within their callers', () => {
  check(
    fc.property(fc.integer({ min: -10_000, max: 10_000 }), (aheadMs) => {
      const spans = calls(aheadMs);
      const corrected = correctSkews(spans, estimateSkews(spans));
      for (let at = 0; at < corrected.length; at += 3) {
        const [front, middle, back] = corrected.slice(at, at + 3);
        expect(BigInt(middle?.startTimeUnixNano ?? 0)).toBeGreaterThanOrEqual(
          BigInt(front?.startTimeUnixNano ?? 0),
        );
        expect(BigInt(back?.endTimeUnixNano ?? 0)).toBeLessThanOrEqual(
          BigInt(middle?.endTimeUnixNano ?? 0),
        );
      }
    }),
    50,
  );
});
