import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check } from '../property.ts';
import { sampleEntry } from '../log/sample-entry.ts';
import { entriesOf, ran, rowsOf, spansOf } from './entries.ts';

const REQUESTS = String.raw`
key /req=(?<id>\w+)/
/started (?<method>\S+) (?<path>\S+)/ -> open "{method} {path}" server
/finished (?<status>\d+)/ -> http status:int, close
`;

describe('spans of one key', () => {
  test('open and close by lines that have it, with all its lines between', () => {
    const entries = entriesOf([
      'req=a started GET /pets',
      'req=b started PUT /pets',
      'req=a looking at the shelves',
      'nothing to do with it',
      'req=b finished 500',
      'req=a finished 200',
    ]);
    const { actions, counts } = ran(REQUESTS, entries);
    expect(spansOf(actions)).toEqual(['PUT /pets 2-5', 'GET /pets 1-6']);
    expect(actions).toMatchObject([
      { key: 'b', service: 'shop', status: { code: 'error' }, entries: [entries[1], entries[4]] },
      {
        key: 'a',
        spanKind: 'server',
        status: { code: 'unset' },
        attributes: { 'http.response.status_code': 200 },
        entries: [entries[0], entries[2], entries[5]],
      },
    ]);
    expect(counts).toMatchObject({ lines: 6, readLines: 5, spans: 2 });
  });

  test('are within those that were open before', () => {
    const rules = String.raw`
      key log.thread
      log.at == enter -> open "{log.name}"
      log.at == exit -> close`;
    const line = (at: string, name = ''): object => ({ thread: 7, at, name });
    const lines = [line('enter', 'a'), line('enter', 'b'), line('exit'), line('enter', 'c')];
    const { actions } = ran(rules, entriesOf([...lines, line('exit'), line('exit')]));
    expect(spansOf(actions)).toEqual(['b 2-3 in a', 'c 4-5 in a', 'a 1-6']);
  });

  test('close with all within them where they are named', () => {
    const rules = `
      /outer/ -> open "outer" as request
      /inner/ -> open "inner"
      /done/ -> close request`;
    const { actions } = ran(rules, entriesOf(['outer', 'inner', 'done', 'done']));
    expect(spansOf(actions)).toEqual(['inner 2-3 in outer (parent-closed)', 'outer 1-3']);
  });

  test('are of one process unless the scope is wider', () => {
    const rules = (scope: string): string =>
      `scope ${scope}\nkey log.id\n/begin/ -> open "work"\n/end/ -> close`;
    const line = (message: string, instance: string, ts: number) =>
      sampleEntry({ message, id: 1 }, { instance, ts });
    const entries = [line('begin', 'a@1', 1001), line('end', 'b@1', 1002)];
    expect(spansOf(ran(rules('instance'), entries).actions)).toEqual(['work 1-1 (log-ended)']);
    expect(spansOf(ran(rules('node'), entries).actions)).toEqual(['work 1-2']);
    expect(spansOf(ran(rules('all'), entries).actions)).toEqual(['work 1-2']);
  });

  test('are incomplete where the log ends or falls silent, and say so', () => {
    const lines = ['req=a started GET /a', '+100', 'req=b started GET /b'];
    expect(spansOf(ran(REQUESTS, entriesOf(lines)).actions)).toEqual([
      'GET /a 1-1 (silent)',
      'GET /b 102-102 (log-ended)',
    ]);
  });

  test('are given up, the longest silent first, when there are too many', () => {
    const lines = ['a', 'b', 'a', 'c'].map(
      (id, at) => `req=${id} ${at < 2 ? 'started GET /' : 'is'}`,
    );
    lines[3] = 'req=c started GET /';
    const { actions, counts } = ran(REQUESTS, entriesOf(lines), { maxKeys: 2 });
    expect(
      actions.map((action) => action.kind === 'span' && [action.key, action.incomplete]),
    ).toEqual([
      ['b', 'evicted'],
      ['a', 'log-ended'],
      ['c', 'log-ended'],
    ]);
    expect(counts.evictedKeys).toBe(1);
  });

  test('keep a bounded number of lines and count the rest', () => {
    const lines = Array.from({ length: 1_500 }, () => 'req=a goes on');
    const entries = entriesOf(['req=a started GET /', ...lines.map((line) => line)]);
    const { actions, counts } = ran(
      REQUESTS,
      entries.map((entry) => ({ ...entry, ts: 1_001 })),
    );
    expect(actions).toMatchObject([{ droppedLines: 501 }]);
    expect(counts.droppedLines).toBe(501);
  });

  test('tell of a close where nothing was open', () => {
    expect(ran(REQUESTS, entriesOf(['req=a finished 200'])).counts).toMatchObject({
      spans: 0,
      unopened: 1,
    });
  });

  test('of many keys are each as if they were alone, however their lines mix', () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const step = fc.constantFrom('started GET /x', 'goes on', 'finished 200');
    check(
      fc.property(fc.array(fc.tuple(key, step), { maxLength: 40 }), (steps) => {
        const entries = entriesOf(steps.map(([key, step]) => `req=${key} ${step}`));
        const mixed = ran(REQUESTS, entries).actions;
        for (const key of ['a', 'b', 'c']) {
          const alone = ran(
            REQUESTS,
            entries.filter(({ log }) => String(log['message']).includes(`=${key} `)),
          );
          expect(
            spansOf(mixed.filter((action) => action.kind === 'span' && action.key === key)).sort(),
          ).toEqual(spansOf(alone.actions).sort());
        }
      }),
    );
  });
});

describe('a span on one line', () => {
  test.each([
    ['lasting ms:duration_ms', '8-10'],
    ['lasting ms:duration_s from ts - 5', '5-2005'],
    ['from ts - 4 to ts - 1', '6-9'],
    ['to ts - 1 lasting 2', '7-9'],
    ['', '10-10'],
  ])('with %j is at %s', (times, expected) => {
    const rules = String.raw`/took (?<ms>\d+)/ -> span "work" ${times}, keep ms:int`;
    const [entry] = entriesOf(['took 2000 ms']);
    const { actions } = ran(rules, [{ ...(entry as NonNullable<typeof entry>), ts: 1_010 }]);
    expect(spansOf(actions)).toEqual([`work ${expected}`]);
    expect(actions).toMatchObject([{ attributes: { ms: 2000 } }]);
  });

  test('may say all that OpenTelemetry asks for', () => {
    const rules = String.raw`
      service "{log.app}"
      /done/ -> span "GET /" client, trace log.t, id log.s, parent log.p, join user = log.user,
        event "cache miss", error "it {log.why}", set a.b = lower("X{log.app}")`;
    const log = { message: 'done', app: 'web', t: 'T', s: 'S', p: 'P', user: 7, why: 'broke' };
    expect(ran(rules, entriesOf([log])).actions).toMatchObject([
      {
        service: 'web',
        spanKind: 'client',
        traceId: 'T',
        spanId: 'S',
        parentSpanId: 'P',
        joins: [{ name: 'user', value: '7' }],
        events: [{ name: 'cache miss', seconds: 1001 }],
        status: { code: 'error', message: 'it broke' },
        attributes: { 'a.b': 'xweb' },
      },
    ]);
  });
});

test('starts and ends of which nothing says whose they are come as they are', () => {
  const rules = String.raw`
    /begin (?<user>\w+)/ -> start order(user) "order" server, join user
    /end (?<user>\w+) (?<ms>\d+)/ -> end order(user) lasting ms:duration_ms
    /stopped/ -> end? order, error`;
  const { actions, counts } = ran(rules, entriesOf(['begin ann', 'end ann 1500', 'stopped']));
  expect(actions).toMatchObject([
    { kind: 'start', pair: 'order', match: 'ann', name: 'order', seconds: 1001, optional: false },
    { kind: 'end', pair: 'order', match: 'ann', name: '', seconds: 1002, durationSeconds: 1.5 },
    { kind: 'end', match: '', optional: true, status: { code: 'error' } },
  ]);
  expect(counts.boundaries).toBe(3);
});

describe('states', () => {
  const LOGIN = `
    key log.user
    state out
      /in/ -> open "session", goto in
    state in
      /out/ -> close, goto out
      after 30s -> error "idle", close, goto out
    finally -> emit end(user = key)`;
  const line = (message: string): object => ({ message, user: 'ann' });

  test('say which rules there are', () => {
    const lines = [line('out'), line('in'), line('in'), line('out'), line('out')];
    expect(spansOf(ran(LOGIN, entriesOf(lines)).actions)).toEqual(['session 2-4']);
  });

  test('are left after a silence in log time, also where no line of the key follows', () => {
    const { actions } = ran(LOGIN, entriesOf([line('in'), '+60', 'another line']));
    expect(spansOf(actions)).toEqual(['session 1-31']);
    expect(actions[0]).toMatchObject({ status: { code: 'error', message: 'idle' } });
  });

  test('are those of a key that rules capture too', () => {
    const rules = String.raw`
      key user
      state out
        /(?<user>\w+) in/ -> open "session", goto in
      state in
        /(?<user>\w+) out/ -> close, goto out`;
    const lines = ['ann in', 'bob out', 'bob in', 'ann in', 'ann out', 'bob out'];
    expect(spansOf(ran(rules, entriesOf(lines)).actions)).toEqual(['session 1-5', 'session 3-6']);
  });
});

describe('rows', () => {
  test('have what lines say, in types', () => {
    const rules = String.raw`/(?<a>\S+) (?<b>\S+) (?<c>\S+)/ -> emit t(a:int, b:float, c, d = a + b, e = log.none)`;
    expect(rowsOf(rules, ['7 1.5 x'])).toEqual([{ a: 7, b: 1.5, c: 'x', d: 8.5, e: null }]);
  });

  test('count, sum and compare over all lines of a key', () => {
    const rules = `
      key log.client
      log.status? ->
        count requests, count errors if log.status >= 500, sum bytes = log.bytes,
        min least = log.bytes, max most = log.bytes, first from = ts, last to = ts
      finally -> emit client(client = key, requests, errors, bytes, least, most, seconds = to - from)`;
    const line = (client: string, status: number, bytes?: number): object => ({
      client,
      status,
      ...(bytes !== undefined && { bytes }),
    });
    expect(rowsOf(rules, [line('a', 200, 5), line('b', 200), line('a', 503, 7)])).toEqual([
      { client: 'b', requests: 1, errors: 0, bytes: 0, least: null, most: null, seconds: 0 },
      { client: 'a', requests: 2, errors: 1, bytes: 12, least: 5, most: 7, seconds: 2 },
    ]);
  });

  test.each([
    ['/a/', ['a', 'b'], 1],
    ['"a.b"', ['a.b', 'acb'], 1],
    ['/A/i', ['xax', 'b'], 1],
    [String.raw`/^[^A-C]$/i`, ['b', 'x', 'D'], 2],
    ['message ~ /a/ and line ~ /b/', ['ab', 'a'], 1],
    ['log.n >= 2', [{ n: 1 }, { n: '2' }, { n: 3 }, {}], 2],
    ['log.n != 2', [{ n: 1 }, { n: '2' }, {}], 2],
    ['log.n == "2"', [{ n: 2 }, { n: '2' }, { n: 3 }], 2],
    ['log.ok == true', [{ ok: true }, { ok: false }], 1],
    ['log.a.b?', [{ a: { b: null } }, { a: {} }], 1],
    [String.raw`/n=(?<n>\d+)/ and n > 5`, ['n=5', 'n=10', 'n=6'], 2],
    ['node == shop', ['x'], 1],
  ])('of %s are made of the lines that it holds for', (conditions, lines, expected) => {
    expect(rowsOf(`${conditions} -> emit t(x = 1)`, lines)).toHaveLength(expected);
  });
});

test('only the first rule that matches reads a line, and each machine reads it', () => {
  const rules = `
    /a/ -> emit first(x = 1)
    else /ab/ -> emit second(x = 1)
    machine other
    /b/ -> emit third(x = 1)`;
  const { actions } = ran(rules, entriesOf(['ab']));
  expect(actions).toMatchObject([{ row: 'first' }, { row: 'third' }]);
});

test('rules that are told apart by a value are tried in their order all the same', () => {
  const rules = `
    log.msg == "a" and log.n == "1" -> emit t(x = 1)
    log.n? -> emit t(x = 2)
    log.msg == "a" -> emit t(x = 3)
    log.msg == "b" -> emit t(x = 4)`;
  const lines = [
    { msg: 'a', n: '1' },
    { msg: 'a', n: '2' },
    { msg: 'a' },
    { msg: 'b' },
    { msg: 'c' },
  ];
  expect(rowsOf(rules, lines)).toEqual([{ x: 1 }, { x: 2 }, { x: 3 }, { x: 4 }]);
});

test('a pattern takes time that grows with the line alone', () => {
  const line = 'a'.repeat(60_000);
  // Where a pattern is tried backtracking, the first would outlive us; the text that must be there is.
  const rules = String.raw`/^(?<x>(?:a+)+)+[bc]/ -> emit t(x)
    else /(?<x>(?:a*a*)*a*)[bc]$/ -> emit t(x)`;
  expect(rowsOf(rules, [line])).toEqual([]);
});
