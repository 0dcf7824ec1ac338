import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../log/entry.ts';
import { EntryText } from '../../runner/entry-text.ts';
import { sampleEntry } from '../log/sample-entry.ts';

beforeAll(() => vi.stubEnv('TZ', 'UTC'));
afterAll(() => vi.unstubAllEnvs());

const plain = (log: JsonObject) => new EntryText('none').render(sampleEntry(log));
const coloured = (log: JsonObject) => new EntryText('256').render(sampleEntry(log)) ?? '';
const start = { start_time_unix_nano: '1795363200100000000' };

describe('an entry for people', () => {
  test.each<[JsonObject, string]>([
    [
      { level: 30, msg: 'pet added', name: 'Rex', price: 1200 },
      '16:00:00.123 petstore INFO  pet added name=Rex price=1200',
    ],
    [{ message: 'plain text' }, '16:00:00.123 petstore       plain text'],
    [
      { level: 40, msg: 'slow', path: '/a b', ok: true, nested: { a: [1] }, empty: '' },
      '16:00:00.123 petstore WARN  slow path="/a b" ok=true nested={"a":[1]} empty=""',
    ],
    [
      {
        level: 50,
        time: 1,
        pid: 2,
        hostname: 'h',
        trace_id: 't',
        span_id: 's',
        trace_flags: '01',
        msg: 'bad',
      },
      '16:00:00.123 petstore ERROR bad',
    ],
    [{ level: 60, msg: { not: 'text' } }, '16:00:00.123 petstore FATAL {"not":"text"}'],
    [{ level: 35, msg: 'notice' }, '16:00:00.123 petstore INFO  notice'],
    [
      { msg: 'a\u001B[2J\nb', 'k\r': '\u009B' },
      String.raw`16:00:00.123 petstore       a\x1b[2J\nb k\r=\u009b`,
    ],
    [
      { level: 30, msg: 'span start', span_name: 'POST /pets', ...start },
      '16:00:00.123 petstore       ▶ POST /pets',
    ],
    [
      {
        msg: 'span end',
        span_name: 'POST /pets',
        ...start,
        end_time_unix_nano: '1795363200112345678',
      },
      '16:00:00.123 petstore       ◀ POST /pets 12.3 ms',
    ],
    [
      { msg: 'span end', span_name: 'GET /', ...start, end_time_unix_nano: '1795363202345000000' },
      '16:00:00.123 petstore       ◀ GET / 2.25 s',
    ],
    [
      { msg: 'span end', span_name: 'GET /', start_time_unix_nano: 'x' },
      '16:00:00.123 petstore       ◀ GET /',
    ],
    [{ msg: 'span end', other: 1 }, '16:00:00.123 petstore       span end other=1'],
    [
      { msg: 'refused', error: { reason: 'InvalidPayment' } },
      '16:00:00.123 petstore       refused error={"reason":"InvalidPayment"}',
    ],
    [{}, '16:00:00.123 petstore'],
  ])('%j', (log, text) => {
    expect(plain(log)).toBe(text);
  });

  test('has no ticks', () => {
    expect(plain({ tick: true })).toBeUndefined();
  });

  test.each<[string, JsonObject]>([
    [
      "pino's err",
      { err: { type: 'TypeError', message: 'no', stack: 'TypeError: no\n    at pay (a.ts:1:2)' } },
    ],
    ['error', { error: { stack: 'TypeError: no\n    at pay (a.ts:1:2)' } }],
    ['OpenTelemetry', { 'exception.stacktrace': 'TypeError: no\n    at pay (a.ts:1:2)' }],
    ['stack', { stack: 'TypeError: no\n    at pay (a.ts:1:2)' }],
  ])('shows an exception below its line: %s', (_, log) => {
    const [line, ...below] = (plain({ level: 50, msg: 'failed', ...log }) ?? '').split('\n');
    expect(line).toContain('ERROR failed');
    expect(below).toEqual(['    TypeError: no', '        at pay (a.ts:1:2)']);
  });

  test('shows type and message of an exception without a stack', () => {
    expect(plain({ msg: 'x', err: { type: 'E', message: 'why\u001B[1m' } })).toMatch(
      /x\n {4}E: why\\x1b\[1m$/,
    );
  });

  test('cuts what is long: messages, values and stacks', () => {
    const text =
      plain({ msg: 'm'.repeat(10_000), v: 'v'.repeat(10_000), stack: 'at x\n'.repeat(1_000) }) ??
      '';
    expect(text.length).toBeLessThan(5_000);
    expect(text).toContain('… 960 more lines');
  });

  test('keeps the columns, and each node its colour', () => {
    const rows = new EntryText('truecolor');
    const heads = ['petstore', 'payment', 'petstore', 'a-node-with-a-very-long-name'].map((node) =>
      rows.render(sampleEntry({ msg: 'x' }, { node })),
    );
    const colours = heads.map((head) => /38;2;[\d;]+/.exec(head ?? '')?.[0]);
    expect(colours[0]).toBe(colours[2]);
    expect(new Set(colours).size).toBe(3);
    expect(heads[1]).toContain('payment \u001B');
  });

  test('is red for errors and failed spans, yellow for warnings, dim for spans and stacks', () => {
    expect(coloured({ level: 50, msg: 'bad' })).toContain('\u001B[31mbad\u001B[0m');
    expect(coloured({ level: 40, msg: 'hm' })).toContain('\u001B[33mhm\u001B[0m');
    expect(coloured({ msg: 'span end', span_name: 'a', status: { code: 2 } })).toContain(
      '\u001B[31m◀ a\u001B[0m',
    );
    expect(coloured({ msg: 'span start', span_name: 'a' })).toContain('\u001B[2m▶ a\u001B[0m');
    expect(coloured({ msg: 'x', stack: 'at y' })).toContain('\n    \u001B[2mat y\u001B[0m');
  });
});
