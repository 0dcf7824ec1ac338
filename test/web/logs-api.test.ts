import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BadParameter } from '../../export/query-params.ts';
import { levelOf } from '../../log/level.ts';
import { parseFirehoseLine } from '../../log/wire.ts';
import { answerLogs, type LogPage } from '../../web/logs-api.ts';
import { check } from '../property.ts';
import { logOf } from './held-log.ts';

const TRACE = 'a'.repeat(32);
const line = (seq: number, node: string, log: object): string =>
  `{"ts":${1000 + seq}.000000,"node":"${node}","instance":"${node}@lab/1.1","stream":"stdout","seq":${seq},"log":${JSON.stringify(log)}}`;

const FEW = logOf([
  line(0, 'shop', {
    level: 30,
    msg: 'pet added',
    trace_id: TRACE,
    span_id: 'b'.repeat(16),
    user: 'ann',
  }),
  line(0, 'bank', { level: 50, msg: 'Refused <b>' }),
  'no firehose line',
  line(1, 'shop', { level: 40, msg: 'slow', traceId: TRACE.toUpperCase() }),
  line(1, 'bank', { level: 'warning', message: 'odd' }),
]);

const page = async (query: string, log = FEW): Promise<LogPage> =>
  (await answerLogs(log, 'logs', new URLSearchParams(query))) as LogPage;
const numbers = ({ lines }: LogPage): number[] => lines.map((each) => each.line);

describe('the lines of a log', () => {
  test('say when, who, how grave, of which trace and what', async () => {
    const { lines, from, to, log } = await page('limit=5');
    expect(lines[0]).toEqual({
      line: 0,
      ts: 1000,
      node: 'shop',
      instance: 'shop@lab/1.1',
      seq: 0,
      level: 30,
      traceId: TRACE,
      spanId: 'b'.repeat(16),
      message: 'pet added',
      rest: 'user=ann',
    });
    expect(lines[2]).toEqual({ line: 2, message: 'no firehose line', rest: '' });
    expect({ from, to, log }).toEqual({ from: 0, to: 5, log: { first: 0, next: 5, readShare: 1 } });
  });

  test.each([
    ['node=bank', [1, 4]],
    ['node=bank,shop', [0, 1, 3, 4]],
    ['level=warn', [1, 3, 4]],
    ['level=50', [1]],
    ['text=PET', [0]],
    ['text=/^.*odd/', [4]],
    ['text=log.user?', [0]],
    ['text=log.level%20>=%2040', [1, 3]],
    [`trace=${TRACE}`, [0, 3]],
    ['node=shop&level=warn', [3]],
    ['node=nobody', []],
    ['text=&level=&node=', [0, 1, 2, 3, 4]],
    ['limit=2', [3, 4]],
    ['limit=2&from=1', [1, 2]],
    ['limit=2&before=4', [2, 3]],
    ['from=99', []],
    ['before=0', []],
  ])('are narrowed by %s', async (query, expected) => {
    expect(numbers(await page(query))).toEqual(expected);
  });

  test('are had to the letter one by one', async () => {
    const { lines } = await page('from=1&whole=true');
    expect(lines).toMatchObject([
      { line: 1, text: line(0, 'bank', { level: 50, msg: 'Refused <b>' }) },
    ]);
    const long = await page(
      'from=0&whole=true',
      logOf([line(0, 'a', { msg: 'x'.repeat(2 ** 21) })]),
    );
    expect(long.lines[0]).toMatchObject({ isCut: true });
    expect(JSON.stringify(long).length).toBeLessThan(1.1 * 2 ** 20);
  });

  test.each([
    [
      'level=loud',
      /'level' should be trace, debug, info, warn, error, fatal or a number, got "loud"/,
    ],
    ['text=/(/', /Invalid regular expression/],
    ['text=nobody>3', /Expected one of log, node/],
    ['trace=xyz', /a trace id is 1 to 32 hex digits/],
    ['from=-1', /'from' should be a whole number from 0, got "-1"/],
    ['limit=1001', /'limit' should be from 1 to 1000, got 1001/],
  ])('are refused for %s with a reason', async (query, reason) => {
    await expect(page(query)).rejects.toThrow(BadParameter);
    await expect(page(query)).rejects.toThrow(reason);
  });

  test('are placed by instance and seq, and by time', async () => {
    const place = (query: string) => answerLogs(FEW, 'logs/place', new URLSearchParams(query));
    expect(await place('instance=shop@lab/1.1&seq=1')).toEqual({ line: 3, readShare: 1 });
    expect(await place('instance=shop@lab/1.1&seq=7')).toEqual({ line: null, readShare: 1 });
    expect(await place('at=1000.5')).toEqual({ line: 3, readShare: 1 });
    await expect(place('')).rejects.toThrow(/expected 'instance' and 'seq', or 'at'/);
    await expect(place('instance=a&seq=x')).rejects.toThrow(/'seq' should be a number, got "x"/);
  });

  test('one request looks through a bounded part, and says where to go on', async () => {
    const long = logOf(
      Array.from({ length: 300 }, (_, at) => line(at, 'a', { msg: 'x'.repeat(60_000) })),
    );
    const { lines, from, to } = await page('text=nothing', long);
    expect([lines, to]).toEqual([[], 300]);
    expect(from).toBeGreaterThan(100);
    expect((await page(`text=nothing&before=${from}`, long)).from).toBeLessThan(from);
    expect((await page('text=nothing&from=0', long)).to).toBeLessThan(200);
  });

  test('come all and once, page by page, forwards as backwards', async () => {
    const logs = fc.array(
      fc.record({ node: fc.constantFrom('a', 'b'), level: fc.constantFrom(30, 50) }),
    );
    await check(
      fc.asyncProperty(
        logs,
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        async (sketches, limit, narrow) => {
          const texts = sketches.map(({ node, level }, at) => line(at, node, { level }));
          const log = logOf(texts);
          const query = `limit=${limit}${narrow ? '&level=error' : ''}`;
          const expected = texts.flatMap((text, at) => {
            const entry = parseFirehoseLine(text);
            return !narrow || (entry !== undefined && levelOf(entry) === 50) ? [at] : [];
          });
          const forwards: number[] = [];
          for (let from = 0; from < texts.length;) {
            const found = await page(`${query}&from=${from}`, log);
            forwards.push(...numbers(found));
            expect(found.to).toBeGreaterThan(from);
            from = found.to;
          }
          const backwards: number[] = [];
          for (let before = texts.length; before > 0;) {
            const found = await page(`${query}&before=${before}`, log);
            backwards.unshift(...numbers(found));
            expect(found.from).toBeLessThan(before);
            before = found.from;
          }
          expect(forwards).toEqual(expected);
          expect(backwards).toEqual(expected);
        },
      ),
      100,
    );
  });
});
