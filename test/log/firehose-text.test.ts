import { describe, expect, test } from 'vitest';
import type { JsonObject, LogEntry } from '../../log/entry.ts';
import { FirehoseText } from '../../log/firehose-text.ts';

const entry = (log: JsonObject, more: Partial<LogEntry> = {}): LogEntry => ({
  ts: 1_795_363_200,
  node: 'shop',
  instance: 'shop@lab/1.1',
  stream: 'stdout',
  seq: 0,
  log,
  text: '',
  ...more,
});

describe('text in a firehose', () => {
  test.each([
    [
      'an access log',
      '10.0.0.7 - ann [23/Nov/2026:12:00:00 +0000] "GET /pets HTTP/1.1" 200 512',
      { method: 'GET', path: '/pets', client: '10.0.0.7' },
    ],
    [
      'logfmt',
      'level=warn msg="pet sold" trace_id=4bf92f',
      { msg: 'pet sold', trace_id: '4bf92f' },
    ],
  ])('of %s has its fields', (_, message, fields) => {
    expect(new FirehoseText().read(entry({ message })).log).toMatchObject(fields);
  });

  test.each([
    ['free text', entry({ message: 'the shop is open' })],
    ['a line that was JSON', entry({ message: 'level=warn msg=x', level: 30 })],
    ['a line of a raw file', entry({ message: 'a=1 b=2' }, { source: { file: 'a', line: 1 } })],
    ['a message that is no text', entry({ message: 7 })],
  ])('leaves %s as it is', (_, line) => {
    expect(new FirehoseText().read(line)).toBe(line);
  });

  test('is told apart by its writers, and keeps who wrote it where', () => {
    const text = new FirehoseText();
    const line = entry({ message: 'level=warn msg="pet sold"' }, { instance: 'b', seq: 7 });
    text.read(
      entry({ message: 'E1123 12:00:00.000000    7 main.go:9] failed' }, { instance: 'a' }),
    );
    expect(text.read(line)).toMatchObject({ instance: 'b', seq: 7, ts: line.ts });
  });
});
