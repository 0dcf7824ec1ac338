import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timeZone } from '../../log/time-zone.ts';
import { parseTime, timeEnd, type TimeContext } from '../../log/timestamp.ts';
import { check } from '../property.ts';

const utc = (iso: string): number => Date.parse(iso) / 1e3;
const context: TimeContext = { timeZone: timeZone('UTC'), latest: utc('2026-11-23T12:00:00Z') };

describe('a time', () => {
  test.each([
    ['2026-11-23T09:00:00Z', '2026-11-23T09:00:00Z'],
    ['2026-11-23T09:00:00.123Z', '2026-11-23T09:00:00.123Z'],
    ['2026-11-23T09:00:00.5+02:00', '2026-11-23T07:00:00.500Z'],
    ['2026-11-23T09:00:00-0330', '2026-11-23T12:30:00Z'],
    ['2026-11-23 09:00:00,123', '2026-11-23T09:00:00.123Z'],
    ['2026-11-23 09:00:00.123 UTC', '2026-11-23T09:00:00.123Z'],
    ['2026-11-23 09:00:00 -0500', '2026-11-23T14:00:00Z'],
    ['2026/11/23 09:00:00', '2026-11-23T09:00:00Z'],
    ['2026-11-23 09:00', '2026-11-23T09:00:00Z'],
    ['20261123T090000Z', '2026-11-23T09:00:00Z'],
    ['26/11/23 09:00:00', '2026-11-23T09:00:00Z'],
    ['10/Oct/2000:13:55:36 -0700', '2000-10-10T20:55:36Z'],
    ['Mon, 23 Nov 2026 09:00:00 +0100', '2026-11-23T08:00:00Z'],
    ['23 Nov 2026 09:00:00 EST', '2026-11-23T14:00:00Z'],
    ['23 Nov 2026 09:00:00.123', '2026-11-23T09:00:00.123Z'],
    ['Mon Nov 23 09:00:00.123 2026', '2026-11-23T09:00:00.123Z'],
    ['Mon Nov  2 09:00:00 PST 2026', '2026-11-02T17:00:00Z'],
    ['Nov 23 2026 09:00:00', '2026-11-23T09:00:00Z'],
    ['1795424400', '2026-11-23T09:00:00Z'],
    ['1795424400.25', '2026-11-23T09:00:00.250Z'],
    ['1795424400250', '2026-11-23T09:00:00.250Z'],
    ['1795424400250000', '2026-11-23T09:00:00.250Z'],
    ['1795424400250000999', '2026-11-23T09:00:00.250Z'],
    [1_795_424_400, '2026-11-23T09:00:00Z'],
    [1_795_424_400.25, '2026-11-23T09:00:00.250Z'],
    [1_795_424_400_250, '2026-11-23T09:00:00.250Z'],
    [1_795_424_400_250_000, '2026-11-23T09:00:00.250Z'],
    [1_795_424_400_250_000_000, '2026-11-23T09:00:00.250Z'],
    [999_999_999, '2001-09-09T01:46:39Z'],
  ])('%j is %s', (written, expected) => {
    expect(parseTime(written, context)).toBe(utc(expected));
  });

  test.each([
    '',
    'now',
    '2026-13-01T00:00:00Z',
    '2026-11-23T25:00:00Z',
    '2026-11-23T09:00:00Z and more',
    '2026-11-23',
    '12345',
    12.5,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    null,
    {},
  ])('%j is none', (written) => {
    expect(parseTime(written, context)).toBeUndefined();
  });

  test('is exact to the microsecond, whatever the notation and the zone', () => {
    check(
      fc.property(
        fc.integer({ min: 1e15, max: 4e15 }),
        fc.integer({ min: -56, max: 56 }),
        (micros, quarters) => {
          const seconds = Math.floor(micros / 1e6);
          const fraction = String(micros % 1e6).padStart(6, '0');
          const local = new Date((seconds + quarters * 900) * 1e3).toISOString().slice(0, 19);
          const size = Math.abs(quarters * 15);
          const zone = `${quarters < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
          const expected = micros / 1e6;
          expect(parseTime(`${local}.${fraction}${zone}`, context)).toBe(expected);
          expect(parseTime(`${local.replace('T', ' ')},${fraction}999${zone}`, context)).toBe(
            expected,
          );
          expect(parseTime(`${seconds}.${fraction}`, context)).toBe(expected);
          expect(parseTime(`${micros}`, context)).toBe(expected);
          expect(parseTime(`${micros}789`, context)).toBe(expected);
          expect(parseTime(seconds + Number(`0.${fraction}`), context)).toBe(expected);
        },
      ),
    );
  });

  test('without a zone is in the one that the context names, summer or winter', () => {
    const berlin = { ...context, timeZone: timeZone('Europe/Berlin') };
    expect(parseTime('2026-01-01 09:00:00', berlin)).toBe(utc('2026-01-01T08:00:00Z'));
    expect(parseTime('2026-07-01 09:00:00', berlin)).toBe(utc('2026-07-01T07:00:00Z'));
    expect(parseTime('2026-07-01T09:00:00Z', berlin)).toBe(utc('2026-07-01T09:00:00Z'));
  });

  test.each([
    ['2026-11-23 14:30:00.100', '2026-11-23T09:00:00.100Z'],
    ['2026-11-23 08:59:59.900', '2026-11-23T08:59:59.900Z'],
    ['14:30:00.100', '2026-11-23T09:00:00.100Z'],
    ['2026-11-22 23:00:01', '2026-11-23T09:00:01Z'],
    ['2026-11-23T09:00:00Z', '2026-11-23T09:00:00Z'],
  ])('%s without a zone is in the one that its envelope shows', (written, expected) => {
    const envelope = utc('2026-11-23T09:00:00.200Z');
    expect(parseTime(written, { ...context, envelope })).toBe(utc(expected));
  });

  test.each([
    ['Nov 23 09:00:00', undefined, '2026-11-23T09:00:00Z'],
    ['Nov 24 09:00:00', undefined, '2026-11-24T09:00:00Z'],
    ['Nov 25 09:00:00', undefined, '2025-11-25T09:00:00Z'],
    ['Jan  1 00:00:01', '2025-12-31T23:59:59Z', '2026-01-01T00:00:01Z'],
    ['Dec 31 23:59:59', '2026-01-01T00:00:01Z', '2025-12-31T23:59:59Z'],
    ['1231 23:59:59.123456', '2026-01-01T00:00:01Z', '2025-12-31T23:59:59.123456Z'],
    ['11-23 09:00:00.5', '2020-11-23T00:00:01Z', '2020-11-23T09:00:00.500Z'],
  ])('%s after %s is %s', (written, near, expected) => {
    const around = near === undefined ? context : { ...context, near: utc(near) };
    const micros = expected.endsWith('.123456Z') ? 456e-6 : 0;
    expect(parseTime(written, around)).toBeCloseTo(utc(expected) + micros, 6);
  });

  test.each([
    ['11:59:59.5', undefined, '2026-11-23T11:59:59.500Z'],
    ['12:30:00', undefined, '2026-11-22T12:30:00Z'],
    ['00:00:01', '2026-11-20T23:59:59Z', '2026-11-21T00:00:01Z'],
    ['23:59:59', '2026-11-21T00:00:01Z', '2026-11-20T23:59:59Z'],
  ])('%s after %s is on the day of %s', (written, near, expected) => {
    const around = near === undefined ? context : { ...context, near: utc(near) };
    expect(parseTime(written, around)).toBe(utc(expected));
  });

  test('of day alone is on the day that its zone has', () => {
    const tokyo = { timeZone: timeZone('Asia/Tokyo'), latest: utc('2026-11-23T16:00:00Z') };
    expect(parseTime('00:30:00', tokyo)).toBe(utc('2026-11-23T15:30:00Z'));
  });
});

describe('where a time ends', () => {
  test.each([
    ['2026-11-23 09:00:00,123 INFO', 23],
    ['2026-11-23T09:00:00Z hello', 20],
    ['2026-11-23 09:00:00 - name', 19],
    ['09:00:00 hello', 8],
    ['Nov 23 09:00:00 host', 15],
    ['hello 09:00:00', -1],
    ['12 apples', -1],
    ['', -1],
  ])('%j: at %d', (text, end) => {
    expect(timeEnd(text, 0)).toBe(end);
  });

  test('it may begin inside a text', () => {
    expect(timeEnd('[2026-11-23T09:00:00Z] x', 1)).toBe(21);
  });
});

const pad = (n: number): string => String(n).padStart(2, '0');
