import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter, type SplitLine } from '../../stream/line-splitter.ts';
import { check } from '../property.ts';

function split(chunks: readonly (string | Buffer)[], maxLineBytes = 1024): SplitLine[] {
  const splitter = new LineSplitter(maxLineBytes);
  const lines = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk as string)));
  return [...lines, ...splitter.end()];
}

const texts = (lines: readonly SplitLine[]): string[] => lines.map(({ text }) => text);

/** The bytes that the lines stand for: what a reader can get back. */
function bytesOf(lines: readonly SplitLine[]): Buffer {
  return Buffer.concat(
    lines.map((line, index) => {
      const bytes = line.bytes ?? Buffer.from(line.text);
      const ends = line.part === undefined || line.part[1];
      return ends && index < lines.length - 1 ? Buffer.concat([bytes, Buffer.from('\n')]) : bytes;
    }),
  );
}

describe('a line splitter', () => {
  test.each([
    { title: 'gives whole lines', chunks: ['a\nb\n'], lines: ['a', 'b'] },
    { title: 'joins a line over chunks', chunks: ['a', 'b', 'c\nd\n'], lines: ['abc', 'd'] },
    { title: 'keeps empty lines', chunks: ['\n\na\n\n'], lines: ['', '', 'a', ''] },
    { title: 'gives the last line without its newline', chunks: ['a\nb'], lines: ['a', 'b'] },
    { title: 'keeps a carriage return', chunks: ['a\r\nb\n'], lines: ['a\r', 'b'] },
    { title: 'keeps NUL bytes', chunks: ['a\0b\n'], lines: ['a\0b'] },
    { title: 'gives nothing for nothing', chunks: ['', ''], lines: [] },
    {
      title: 'decodes a character that two chunks share',
      chunks: [
        Buffer.from('ü').subarray(0, 1),
        Buffer.concat([Buffer.from('ü').subarray(1), Buffer.from('\n')]),
      ],
      lines: ['ü'],
    },
  ])('$title', ({ chunks, lines }) => {
    expect(texts(split(chunks))).toEqual(lines);
  });

  test('keeps the bytes of a line that is not UTF-8, and only of that one', () => {
    const lines = split([Buffer.from([0x61, 10, 0xff, 0x62, 10, 0xc3, 0xbc, 10])]);
    expect(texts(lines)).toEqual(['a', '\ufffdb', 'ü']);
    expect(lines.map(({ bytes }) => bytes?.toString('hex'))).toEqual([
      undefined,
      'ff62',
      undefined,
    ]);
  });

  test('gives a line over the bound in parts, cut between characters', () => {
    const lines = split(['xx', 'äöü', 'yz\nnext\n'], 4);
    expect(lines).toEqual([
      { text: 'xxä', part: [0, false] },
      { text: 'öü', part: [1, false] },
      { text: 'yz', part: [2, true] },
      { text: 'next' },
    ]);
  });

  test('holds no more than the bound of a line that never ends', () => {
    const splitter = new LineSplitter(1024);
    let given = 0;
    for (let chunk = 0; chunk < 1000; chunk++) {
      for (const { text } of splitter.push(Buffer.alloc(700, 'x'))) given += text.length;
      expect(700 * (chunk + 1) - given).toBeLessThanOrEqual(1024);
    }
  });

  test('refuses a bound that one character may not fit', () => {
    expect(() => new LineSplitter(3)).toThrow('at least 4');
  });

  test('loses and doubles no byte, however the stream is chunked', () => {
    const byte = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(10, 0x61, 0x7b) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
    );
    check(
      fc.property(
        fc.array(byte, { maxLength: 200 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 4, max: 40 }),
        (bytes, sizes, maxLineBytes) => {
          const whole = Buffer.from(bytes);
          const chunks: Buffer[] = [];
          for (let at = 0, turn = 0; at < whole.length; turn++) {
            const size = sizes[turn % sizes.length] as number;
            chunks.push(whole.subarray(at, at + size));
            at += size;
          }
          const splitter = new LineSplitter(maxLineBytes);
          const lines = [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
          const expected = whole.at(-1) === 10 ? whole.subarray(0, -1) : whole;
          expect(bytesOf(lines).equals(expected)).toBe(true);
          for (const { text, bytes: raw } of lines) {
            expect((raw ?? Buffer.from(text)).length).toBeLessThanOrEqual(maxLineBytes);
          }
        },
      ),
    );
  });
});
