import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../log/entry.ts';
import { Firehose } from '../../log/firehose.ts';
import { instanceId, parseFirehoseLine } from '../../log/wire.ts';
import { check } from '../property.ts';

/** A firehose with a clock of its own, and all that came out of it. */
function firehose(nowMicros: () => number = () => 1_795_363_200_123_456): {
  readonly hose: Firehose;
  readonly entries: LogEntry[];
  readonly text: () => string;
} {
  const entries: LogEntry[] = [];
  let all = '';
  const hose = new Firehose(nowMicros, (batch) => {
    entries.push(...batch.entries);
    all += batch.text;
  });
  return { hose, entries, text: () => all };
}

const instance = instanceId('petstore', 'lab-1', 4711, 1795363100);

function lineFor(text: string): string {
  const { hose, text: all } = firehose();
  hose.source('petstore', instance).write('stdout', [{ text }]);
  return all();
}

describe('the firehose', () => {
  test('wraps a JSON line in the envelope, to the letter', () => {
    expect(lineFor('{"msg":"pet added"}')).toBe(
      '{"ts":1795363200.123456,"node":"petstore","instance":"petstore@lab-1/4711.1795363100","stream":"stdout","seq":0,"log":{"msg":"pet added"}}\n',
    );
  });

  test.each([
    ['big integers', '{"id":123456789012345678901234567890}'],
    ['key order and duplicate keys', '{"b":1,"a":2,"b":3}'],
    ['white space and escapes', '  {"a" : "\\u00e9\\/" }  '],
    ['a __proto__ key', '{"__proto__":{"polluted":true}}'],
    ['deep nesting', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
  ])('keeps %s of a JSON object as they are', (_, line) => {
    expect(lineFor(line)).toContain(`"log":${line}}\n`);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each([
    ['plain text', 'Listening on 9090', { message: 'Listening on 9090' }],
    ['a JSON array', '[1,2]', { message: '[1,2]' }],
    ['a JSON number', '42', { message: '42' }],
    ['broken JSON', '{"a":', { message: '{"a":' }],
    ['two objects in a line', '{"a":1}{"b":2}', { message: '{"a":1}{"b":2}' }],
    ['an empty line', '', { message: '' }],
    ['control characters', 'a\0\u001b[31m\u009b', { message: 'a\0\u001b[31m\u009b' }],
  ])('makes a message of %s', (_, line, log) => {
    expect((JSON.parse(lineFor(line)) as { log: unknown }).log).toEqual(log);
  });

  test('marks a part of a long line and keeps the bytes of one that is not UTF-8', () => {
    const { hose, entries } = firehose();
    hose.source('petstore', instance).write('stderr', [
      { text: '{"a":', part: [0, false] },
      { text: '1}', part: [1, true] },
      { text: '\ufffd', bytes: Buffer.from([0xff]) },
    ]);
    expect(entries.map(({ text }) => JSON.parse(text) as Record<string, unknown>)).toMatchObject([
      { seq: 0, part: [0, false], log: { message: '{"a":' } },
      { seq: 1, part: [1, true], log: { message: '1}' } },
      { seq: 2, raw_base64: '/w==', log: { message: '\ufffd' } },
    ]);
  });

  test('counts each instance from 0 without gaps, over all its streams', () => {
    const { hose, entries } = firehose();
    const one = hose.source('a', 'a@h/1.1');
    const two = hose.source('a', 'a@h/2.2');
    one.write('stdout', [{ text: 'x' }, { text: 'y' }]);
    two.write('stdout', [{ text: 'x' }]);
    one.write('stderr', [{ text: 'z' }]);
    expect(entries.map((entry) => [entry.instance, entry.seq])).toEqual([
      ['a@h/1.1', 0],
      ['a@h/1.1', 1],
      ['a@h/2.2', 0],
      ['a@h/1.1', 2],
    ]);
  });

  test('never goes back in time, even if the clock does', () => {
    const times = [5e6, 3e6, 6e6];
    const { hose, entries } = firehose(() => times.shift() ?? 0);
    const source = hose.source('a', 'a@h/1.1');
    for (const text of ['x', 'y', 'z']) source.write('stdout', [{ text }]);
    expect(entries.map(({ ts }) => ts)).toEqual([5, 5, 6]);
    expect(hose.lastMicros).toBe(6e6);
  });

  test('writes six decimals of a second, always', () => {
    expect(
      [1e15, 1e15 + 1, 1e15 + 100_000].map((micros) => {
        const { hose, text } = firehose(() => micros);
        hose.source('a', 'i').say({ tick: true });
        return text().slice(0, 24);
      }),
    ).toEqual(['{"ts":1000000000.000000,', '{"ts":1000000000.000001,', '{"ts":1000000000.100000,']);
  });

  test('gives lines that read back as the entries they were', () => {
    check(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'binary' }),
            fc.json(),
            fc.object().map((o) => JSON.stringify(o)),
          ),
        ),
        fc.string(),
        (lines, node) => {
          const { hose, entries } = firehose();
          hose.source(node, `${node}@h/1.1`).write(
            'stdout',
            lines.map((line) => ({ text: line.replaceAll(/[\n\ud800-\udfff]/g, ' ') })),
          );
          for (const entry of entries) expect(parseFirehoseLine(entry.text)).toEqual({ ...entry });
        },
      ),
    );
  });
});

describe('reading a firehose line', () => {
  test.each([
    ['no JSON', 'hello'],
    ['no object', '[]'],
    ['no node', '{"seq":0,"log":{}}'],
    ['a log that is no object', '{"node":"a","seq":0,"log":"x"}'],
  ])('gives nothing for %s', (_, text) => {
    expect(parseFirehoseLine(text)).toBeUndefined();
  });
});
