import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineIndex } from '../../../runner/page-log/line-index.ts';
import { check } from '../../property.ts';

const line = (node: string, seq: number, ts: number, rest = ''): string =>
  `{"ts":${ts.toFixed(6)},"node":"${node}","instance":"${node}@lab/1.1","stream":"stdout","seq":${seq},"log":{"message":"m${rest}"}}\n`;

describe('the index of a log', () => {
  test('counts lines by node, most first, whatever else is in the log', () => {
    const index = new LineIndex();
    index.add(
      0,
      0,
      Buffer.from(
        line('a', 0, 1) +
          'no firehose line\n' +
          line('ö', 0, 2) +
          '\n' +
          ' {"node":"a","seq":1,"log":{}}\n' +
          line('a', 2, 3),
      ),
    );
    expect(index.next).toBe(6);
    expect(index.nodes()).toEqual([
      { node: 'a', lines: 3 },
      { node: 'ö', lines: 1 },
    ]);
  });

  test('knows the block of every line, in whichever chunks the lines come', () => {
    const chunks = fc.array(
      fc.array(fc.record({ node: fc.constantFrom('a', 'b'), fill: fc.nat(3_000) }), {
        minLength: 1,
        maxLength: 40,
      }),
      { minLength: 1, maxLength: 8 },
    );
    check(
      fc.property(chunks, (chunks) => {
        const index = new LineIndex();
        let all = Buffer.alloc(0);
        let count = 0;
        for (const lines of chunks) {
          const text = lines.map(({ node, fill }) => line(node, count++, count, 'é'.repeat(fill)));
          const bytes = Buffer.from(text.join(''));
          index.add(0, all.length, bytes);
          all = Buffer.concat([all, bytes]);
        }
        const texts = all.toString('utf8').split('\n').slice(0, -1);
        expect(index.next).toBe(texts.length);
        for (const [number, text] of texts.entries()) {
          const block = index.blockOf(number);
          if (block === undefined) throw new Error(`line ${number} has no block`);
          const held = all.subarray(block.offset, block.offset + block.bytes).toString('utf8');
          expect(held.split('\n')[number - block.first]).toBe(text);
          expect(held.split('\n')).toHaveLength(block.lines + 1);
        }
        expect(index.blockOf(texts.length)).toBeUndefined();
        expect(index.blockOf(-1)).toBeUndefined();
      }),
      50,
    );
  });

  test('knows between which lines an instance says what', () => {
    const index = new LineIndex();
    const lines = Array.from({ length: 5_000 }, (_, at) => {
      const node = at % 3 === 0 ? 'a' : 'b';
      return line(node, node === 'a' ? at / 3 : at - Math.ceil(at / 3), at);
    });
    index.add(0, 0, Buffer.from(lines.join('')));
    for (const at of [0, 3, 1_500, 4_998]) {
      const range = index.whereabouts('a@lab/1.1', at / 3);
      expect(range?.from).toBeLessThanOrEqual(at);
      expect(range?.to).toBeGreaterThanOrEqual(at);
      expect((range?.to ?? 0) - (range?.from ?? 0)).toBeLessThan(2_100);
    }
    expect(index.whereabouts('nobody', 0)).toBeUndefined();
  });

  test('finds a line to begin at for a time', () => {
    const index = new LineIndex();
    for (let part = 0; part < 20; part++) {
      const lines = Array.from({ length: 500 }, (_, at) =>
        line('a', at, part * 500 + at, 'x'.repeat(200)),
      );
      index.add(0, part * 1e6, Buffer.from(lines.join('')));
    }
    for (const ts of [0, 1, 777, 4_000, 9_999]) {
      const from = index.beforeTime(ts);
      expect(from).toBeLessThanOrEqual(ts);
      expect(ts - from).toBeLessThan(800);
    }
    expect(index.beforeTime(-5)).toBe(0);
  });

  test('forgets parts from the oldest on, and keeps the numbers of the others', () => {
    const index = new LineIndex();
    index.add(0, 0, Buffer.from(line('a', 0, 1) + line('a', 1, 2)));
    index.add(1, 0, Buffer.from(line('a', 2, 3)));
    index.dropThrough(0);
    expect([index.first, index.next]).toEqual([2, 3]);
    expect(index.blockOf(1)).toBeUndefined();
    expect(index.blockOf(2)).toMatchObject({ part: 1, offset: 0, lines: 1 });
    index.dropThrough(1);
    expect([index.first, index.next]).toEqual([3, 3]);
  });

  test('stays small for a log of any length, and still finds its lines', () => {
    const index = new LineIndex();
    // Blocks of one long line each, more than are remembered.
    const long = Buffer.from(line('a', 0, 1, 'x'.repeat(64 * 1024)));
    for (let at = 0; at < 17_000; at++) index.add(0, at * long.length, long);
    const block = index.blockOf(16_999);
    expect(block?.lines).toBeGreaterThan(1);
    expect(block).toMatchObject({ offset: (block?.first ?? 0) * long.length });
    expect(index.next).toBe(17_000);
  });
});
