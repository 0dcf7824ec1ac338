import { describe, expect, test } from 'vitest';
import { counted, formatNanos, ticks } from '../../web/page/format.ts';
import { lineSummary } from '../../log/line-summary.ts';

test.each([
  [0, '0'],
  [870, '870 ns'],
  [999.6, '1 µs'],
  [12_345_678, '12.3 ms'],
  [999_600_000, '1 s'],
  [4_050_000_000, '4.05 s'],
  [125_000_000_000, '2 min 5 s'],
  [7_260_000_000_000, '2 h 1 min'],
  [-4_000_000, '-4 ms'],
])('%d nanoseconds read as %s', (nanos, text) => {
  expect(formatNanos(nanos)).toBe(text);
});

test.each([
  [50e6, [0, 10e6, 20e6, 30e6, 40e6, 50e6]],
  [7, [0, 2, 4, 6]],
  [0, [0]],
])('an axis of %d has its marks at round places', (length, marks) => {
  expect(ticks(length, 5)).toEqual(marks);
});

test('one is not many', () => {
  expect([counted(1, 'span'), counted(11_101, 'span')]).toEqual(['1 span', '11,101 spans']);
});

describe('a log line in short', () => {
  test('leads with its message, and leaves out what stands elsewhere', () => {
    const log = { level: 50, time: 1, msg: 'refused', trace_id: 'a', card: '4242', by: { n: 1 } };
    expect(lineSummary(JSON.stringify({ ts: 1, log }))).toEqual({
      level: 'bad',
      message: 'refused',
      rest: 'card=4242 by={"n":1}',
    });
  });

  test.each(['not JSON', '[1]', '{"ts":1}', '{"log":"text"}'])(
    'is %s itself where it is no firehose line',
    (text) => {
      expect(lineSummary(text)).toEqual({ level: 'plain', message: text, rest: '' });
    },
  );

  test('knows levels by word too', () => {
    expect(['WARNING', 'error', 'fatal', 'info'].map(levelOf)).toEqual([
      'odd',
      'bad',
      'bad',
      'plain',
    ]);
  });
});

function levelOf(word: string): string {
  return lineSummary(`{"log":{"level":"${word}"}}`).level;
}
