import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../log/entry.ts';
import { nodeOfFile, RawLog } from '../../log/raw-entry.ts';
import { timeZone } from '../../log/time-zone.ts';

const LATEST = Date.parse('2026-11-23T12:00:00Z') / 1e3;
const at = (clock: string): number => Date.parse(`2026-11-23T${clock}Z`) / 1e3;

const rawLog = (file = 'logs/shop.log'): RawLog =>
  new RawLog(file, { timeZone: timeZone('UTC'), latest: LATEST });

function read(lines: readonly string[], log = rawLog()): LogEntry[] {
  return [...log.push(lines.map((text) => ({ text }))), ...log.end()];
}

describe('a raw line', () => {
  test('becomes an entry that says where it is from', () => {
    const line = '2026-11-23 09:00:00.5 INFO pet added name=Rex';
    expect(read(['', line])).toEqual([
      {
        ts: at('09:00:00.500'),
        node: 'shop',
        instance: 'shop@logs/shop.log',
        stream: 'file',
        seq: 1,
        source: { file: 'logs/shop.log', line: 2 },
        log: {
          name: 'Rex',
          time: '2026-11-23 09:00:00.5',
          level: 'INFO',
          msg: 'pet added name=Rex',
        },
        text: line,
      },
    ]);
  });

  test('that names its service is of that node', () => {
    const [entry] = read(['{"msg":"hi","service":{"name":"payment"}}']);
    expect(entry).toMatchObject({ node: 'payment', instance: 'payment@logs/shop.log' });
  });

  test('without a time has that of the line before, and at the start that of the first that has one', () => {
    const entries = read(['=== hello ===', 'booting', '09:00:00 up', 'working', '09:00:02 done']);
    expect(entries.map(({ ts }) => ts)).toEqual(
      ['09:00:00', '09:00:00', '09:00:00', '09:00:00', '09:00:02'].map(at),
    );
    expect(entries.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4]);
  });

  test('of a file without any time has the time of the file’s last change', () => {
    expect(read(['INFO:shop:a', 'INFO:shop:b']).map(({ ts }) => ts)).toEqual([LATEST, LATEST]);
  });

  test('waits for a first time in bounded memory', () => {
    const log = rawLog();
    const given = log.push(Array.from({ length: 5_000 }, () => ({ text: 'no time' }))).length;
    expect(given).toBeGreaterThan(3_900);
    expect(given + log.end().length).toBe(5_000);
  });

  test('keeps its carriage return in the text alone', () => {
    expect(read(['INFO:shop:a\r'])).toMatchObject([{ text: 'INFO:shop:a\r', log: { msg: 'a' } }]);
  });

  test('that is not UTF-8 keeps its bytes, and a part of a line what it is', () => {
    const log = rawLog();
    const bytes = Buffer.from([0x68, 0xff]);
    log.push([
      { text: 'h\ufffd', bytes },
      { text: 'a', part: [0, false] },
      { text: 'b', part: [1, true] },
    ]);
    expect(log.end()).toMatchObject([
      { rawBase64: bytes.toString('base64') },
      { part: [0, false], source: { line: 2 } },
      { part: [1, true], source: { line: 2 } },
    ]);
    expect(log.counts.lines).toBe(2);
  });
});

describe('a firehose line', () => {
  const FIREHOSE =
    '{"ts":1795424400.5,"node":"petstore","instance":"petstore@lab/1.2","stream":"stdout","seq":7,"log":{"msg":"hi"}}';

  test('is the entry that it holds, also between others', () => {
    const entries = read(['starting', FIREHOSE, 'INFO:shop:a', FIREHOSE, FIREHOSE]);
    expect(entries.map(({ node, seq, ts }) => [node, seq, ts])).toEqual([
      ['shop', 0, 1795424400.5],
      ['petstore', 7, 1795424400.5],
      ['shop', 2, 1795424400.5],
      ['petstore', 7, 1795424400.5],
      ['petstore', 7, 1795424400.5],
    ]);
    expect(entries[1]).not.toHaveProperty('source');
  });

  test('is known whatever the order of its fields', () => {
    const { ts, ...rest } = JSON.parse(FIREHOSE) as Record<string, unknown>;
    expect(read([JSON.stringify({ ...rest, ts })])).toMatchObject([
      { node: 'petstore', seq: 7, ts },
    ]);
  });
});

describe('an entry of several lines', () => {
  const HEAD = '2026-11-23 09:00:00,000 ERROR [main] c.s.Pets: no';

  test.each([
    [
      'Java',
      [
        'java.lang.IllegalStateException: no',
        '\tat c.s.Pets.add(Pets.java:12)',
        'Caused by: x.Y: z',
        '\t... 12 more',
      ],
    ],
    [
      'Python',
      [
        'Traceback (most recent call last):',
        '  File "a.py", line 3, in b',
        '    c()',
        'shop.NoSuchPet: Rex',
        'The above exception was the direct cause of the following exception:',
        'Traceback (most recent call last):',
        '  File "d.py", line 4',
        'Oh',
      ],
    ],
    ['Node', ['Error: no', '    at add (pets.js:1:2) {', "  code: 'E_NO'", '}']],
    ['Go', ['goroutine 1 [running]:', '\tmain.go:7 +0x1d', 'created by main.main']],
  ])('takes a stack trace as %s writes it', (_, trace) => {
    const log = rawLog();
    const entries = read([HEAD, ...trace, HEAD], log);
    expect(entries).toHaveLength(2);
    expect(entries[0]).toMatchObject({
      log: { msg: 'no', stack: trace.join('\n') },
      text: [HEAD, ...trace].join('\n'),
      source: { line: 1 },
    });
    expect(entries[1]).toMatchObject({ seq: trace.length + 1, log: { msg: 'no' } });
    expect(entries[1]?.log).not.toHaveProperty('stack');
    expect(log.counts).toMatchObject({ lines: trace.length + 2, joined: trace.length });
  });

  test('takes only what its own service wrote', () => {
    const entries = read([
      'pets-1  | HTTP error',
      'cart-1  |     at x (y.js:1:2)',
      'pets-1  |     at z',
    ]);
    expect(entries.map(({ node, log }) => [node, log])).toEqual([
      ['pets', { message: 'HTTP error' }],
      ['cart', { message: '    at x (y.js:1:2)' }],
      ['pets', { message: '    at z' }],
    ]);
  });

  test('takes no line that is only like an exception after free text', () => {
    expect(read(['one', 'Error: two', 'three'])).toHaveLength(3);
  });

  test('has a bound; what is beyond is an entry of its own', () => {
    const log = rawLog();
    const lines = Array.from({ length: 4_000 }, (_, n) => `  at ${n}`);
    const entries = read([HEAD, ...lines], log);
    expect(entries.map(({ text }) => text).join('\n')).toBe([HEAD, ...lines].join('\n'));
    expect(entries).toHaveLength(4);
    const long = read([HEAD, `  ${'x'.repeat(100_000)}`]);
    expect(long).toHaveLength(2);
  });

  test('is given when the next line shows that it is whole', () => {
    const log = rawLog();
    expect(log.push([{ text: HEAD }])).toEqual([]);
    expect(log.push([{ text: '\tat x' }])).toEqual([]);
    expect(log.push([{ text: HEAD }])).toHaveLength(1);
    expect(log.end()).toHaveLength(1);
  });
});

describe('what was found', () => {
  test('is counted by format, with examples of what says nothing', () => {
    const log = rawLog();
    read(['a', 'b', '{"x":1}', 'c', '', 'INFO:shop:hi', '  more', 'd'], log);
    expect(log.counts).toEqual({
      lines: 8,
      formats: new Map([
        ['text', 4],
        ['json', 1],
        ['python', 1],
      ]),
      joined: 1,
      undated: 6,
      notUnderstood: 4,
      examples: ['a', 'b', 'c'],
    });
  });
});

describe('the node that a file’s name tells', () => {
  test.each([
    ['shop.log', 'shop'],
    ['/var/log/shop.log.2.gz', 'shop'],
    ['logs\\shop.ndjson', 'shop'],
    ['shop-2026-11-23.log', 'shop'],
    ['shop.log-20261123.zst', 'shop'],
    ['shop', 'shop'],
    ['my.shop.log', 'my'],
    ['/pods/ns_pod_uid/payment/0.log', 'payment'],
    ['.log', '.log'],
    ['-', 'stdin'],
  ])('%s: %s', (file, node) => {
    expect(nodeOfFile(file)).toBe(node);
  });
});
