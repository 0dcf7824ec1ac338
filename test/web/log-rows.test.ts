import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { answerLogs } from '../../web/logs-api.ts';
import { AllLines } from '../../web/page/all-lines.ts';
import { FoundLines } from '../../web/page/found-lines.ts';
import type { LogRows } from '../../web/page/log-rows.ts';
import { logOf } from './held-log.ts';

const line = (at: number): string =>
  `{"ts":${at},"node":"a","instance":"a@lab/1.1","stream":"stdout","seq":${at},"log":{"level":${at % 10 === 0 ? 50 : 30},"msg":"m${at}"}}`;
const linesTo = (count: number): string[] => Array.from({ length: count }, (_, at) => line(at));

let lines: string[];
let isGone: boolean;
let asked: string[];
let rows: LogRows;
beforeEach(() => {
  lines = linesTo(1_000);
  isGone = false;
  asked = [];
  // The page's server, without the network.
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address);
    if (isGone) throw new TypeError('fetch failed');
    const { pathname, searchParams } = new URL(address, 'http://localhost');
    return Response.json(
      await answerLogs(logOf(lines), pathname.replace('/api/one-log/', ''), searchParams),
    );
  });
});
afterEach(() => {
  rows.close();
  vi.unstubAllGlobals();
});

const said = (row: number): string | undefined => rows.at(row)?.message;

describe('all lines', () => {
  let changes: number;
  beforeEach(() => {
    changes = 0;
    rows = new AllLines(() => (changes += 1));
  });

  test('are counted first, and had where they are looked at', async () => {
    await rows.refresh();
    expect([rows.count, rows.remark, said(500)]).toEqual([1_000, '1,000 lines', undefined]);
    rows.want(490, 530);
    await vi.waitFor(() => expect(said(510)).toBe('m510'));
    expect([said(490), said(529), said(10)]).toEqual(['m490', 'm529', undefined]);
    expect(asked).toHaveLength(3);
    rows.want(495, 525);
    expect(asked).toHaveLength(3);
    expect(rows.rowOf(123)).toBe(123);
  });

  test('grow at their end, and only what is new is asked for', async () => {
    await rows.refresh();
    rows.want(980, 1_000);
    await vi.waitFor(() => expect(said(999)).toBe('m999'));
    lines.push(...linesTo(1_010).slice(1_000));
    await rows.refresh();
    rows.want(990, 1_010);
    await vi.waitFor(() => expect(said(1_009)).toBe('m1009'));
    expect(asked.at(-1)).toBe('/api/one-log/logs?from=1000&limit=250');
    const before = changes;
    await rows.refresh();
    expect(changes).toBe(before);
  });

  test('stay when the server goes away, with the reason, until it is back', async () => {
    await rows.refresh();
    rows.want(0, 20);
    await vi.waitFor(() => expect(said(3)).toBe('m3'));
    isGone = true;
    await rows.refresh();
    expect(rows.error).toMatch(/does not answer/);
    expect([rows.count, said(3)]).toEqual([1_000, 'm3']);
    isGone = false;
    await rows.refresh();
    expect(rows.error).toBeUndefined();
  });
});

describe('found lines', () => {
  test('are looked for backwards from the end, then forwards as they come', async () => {
    rows = new FoundLines('level=error', undefined, () => {});
    await rows.refresh();
    expect([rows.count, said(0), said(99)]).toEqual([100, 'm0', 'm990']);
    expect(rows.remark).toBe('100 in 1,000 of 1,000 lines');
    expect(rows.further).toBeUndefined();
    lines.push(...linesTo(1_021).slice(1_000));
    await rows.refresh();
    expect([rows.count, said(102)]).toEqual([103, 'm1020']);
    expect(rows.rowOf(995)).toBe(100);
  });

  test('stop when there are enough, and go on when asked to', async () => {
    lines = linesTo(5_000);
    rows = new FoundLines('node=a', undefined, () => {});
    await rows.refresh();
    expect([rows.count, said(1_999)]).toEqual([2_000, 'm4999']);
    expect(rows.remark).toBe(
      '2,000 in 2,000 of 5,000 lines; 3,000 older ones not looked through yet',
    );
    rows.further?.();
    await vi.waitFor(() => expect(rows.count).toBe(4_000));
    expect(rows.shift).toBe(4_000);
  });

  test('are around a line where one is named, and go to the end when that is followed', async () => {
    lines = linesTo(9_000);
    rows = new FoundLines('node=a', 4_000, () => {});
    await rows.refresh();
    expect([rows.count, said(0), said(3_999)]).toEqual([4_000, 'm2000', 'm5999']);
    expect(rows.remark).toMatch(
      /2,000 older ones not looked through yet; 3,000 newer ones not yet/,
    );
    rows.toEnd();
    await vi.waitFor(() => expect(said(rows.count - 1)).toBe('m8999'));
    expect(rows.count).toBe(2_000);
  });

  test('that are none are none, with how much was looked through', async () => {
    rows = new FoundLines('text=nowhere', undefined, () => {});
    await rows.refresh();
    expect([rows.count, rows.remark]).toEqual([0, '0 in 1,000 of 1,000 lines']);
    expect(rows.at(0)).toBeUndefined();
  });
});
