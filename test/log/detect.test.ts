import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Detector, FORMAT_NAMES } from '../../log/detect.ts';
import type { JsonObject } from '../../log/entry.ts';
import { check } from '../property.ts';
import { FORMAT_CASES } from './format-cases.ts';

describe('a line', () => {
  test.each(FORMAT_CASES)('$format: $line', ({ line, format, log, time, service }) => {
    expect(new Detector().detect(line)).toMatchObject({ format, log, time, service });
  });

  test.each(FORMAT_CASES.filter(({ format }) => !format.includes('>')))(
    'inside docker’s envelope is read as outside: $line',
    ({ line, format, log, time, service }) => {
      const envelope = { log: `${line}\n`, stream: 'stdout', time: '2026-11-23T09:00:00Z' };
      const within = new Detector().detect(JSON.stringify(envelope));
      expect(within).toMatchObject({
        format: format === 'text' ? 'docker' : `docker > ${format}`,
        log,
        time: time ?? envelope.time,
        service,
      });
    },
  );

  test('of every format there is has a case here', () => {
    const seen = new Set(FORMAT_CASES.flatMap(({ format }) => format.split(' > ')));
    expect(FORMAT_NAMES.filter((name) => !seen.has(name))).toEqual([]);
  });

  test('is read as what it is, whatever came before it', () => {
    const index = fc.nat(FORMAT_CASES.length - 1);
    check(
      fc.property(index, index, (before, at) => {
        const detector = new Detector();
        detector.detect(FORMAT_CASES[before]?.line ?? '');
        const { line = '', format } = FORMAT_CASES[at] ?? {};
        expect(detector.detect(line)?.format).toBe(format);
      }),
      500,
    );
  });

  test('of any kind is read without an error, and its text is not lost', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(...'[]{}"=:,-<> 2026-11T09:0Zalog\\'), maxLength: 60 }),
    );
    check(
      fc.property(line, (text) => {
        const detected = new Detector().detect(text);
        expect(detected?.format).toBeTypeOf('string');
        expect(text).toContain(detected?.freeText ?? '');
      }),
      500,
    );
  });

  test.each([
    'a',
    ' ',
    '[',
    '"',
    '=',
    'a=',
    '{',
    '{"',
    '\\"',
    ', client: ',
    '[a] ',
    'a.',
    '- ',
    'INFO ',
  ])('of 100,000 times %j is read in linear time, behind any head', (unit) => {
    const tail = unit.repeat(100_000 / unit.length);
    const heads = [
      '',
      '2026-11-23 09:00:00 ',
      '<34>1 - - - - - [',
      '127.0.0.1 - - [23/Nov/2026:09:00:00 +0000] "',
    ];
    for (const head of heads) expect(new Detector().detect(`${head}${tail}!`)).toBeDefined();
  });

  test('cut by its container is whole again, stream by stream', () => {
    const detector = new Detector();
    const at = '2026-11-23T09:00:00Z';
    expect(detector.detect(`${at} stdout P {"level":30,"time":1,`)).toBeUndefined();
    expect(detector.detect(`${at} stderr F oh`)?.log).toEqual({ message: 'oh' });
    expect(detector.detect(`${at} stdout P "pid":1,`)).toBeUndefined();
    expect(detector.detect(`${at} stdout F "msg":"hi"}`)?.log).toEqual({
      level: 30,
      time: 1,
      pid: 1,
      msg: 'hi',
    });
  });

  test('whose next piece never comes is given at the end', () => {
    const detector = new Detector();
    detector.detect('2026-11-23T09:00:00Z stdout P half a line');
    expect([detector.end(), detector.end()]).toEqual([['half a line'], []]);
  });

  test('keeps a key that would change an object’s nature out of its fields', () => {
    const logs = ['__proto__=x a=1', 'a=1 b=2 __proto__=x', 'hi __proto__=1'].map(
      (line) => new Detector().detect(line)?.log as JsonObject,
    );
    for (const log of logs) expect(Object.getPrototypeOf(log)).toBe(Object.prototype);
  });
});
