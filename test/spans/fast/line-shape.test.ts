import { describe, expect, test } from 'vitest';
import { lineShape, membersOf } from '../../../spans/fast/line-shape.ts';

describe('the shape of a line', () => {
  test('is all but its strings and numbers', () => {
    expect(lineShape('{"seq":7,"log":{"msg":"a","ok":true,"list":["x",-1.5]}}')).toEqual([
      '{"seq":',
      ',"log":{"msg":"',
      '","ok":true,"list":["',
      '",',
      ']}}',
    ]);
  });

  test('is the same for lines that differ in values alone', () => {
    const shape = lineShape('{"a":"x","b":1}');
    expect(lineShape('{"a":"\\" : { \\\\","b":2.5}')).toEqual(shape);
    expect(lineShape('{"a":1,"b":"x"}')).not.toEqual(shape);
  });

  test.each([
    ['white space', '{"a": 1}'],
    ['a key twice', '{"a":1,"a":2}'],
    ['a key twice within', '{"x":{"a":1,"a":2}}'],
    ['keys that are put into order', '{"b":1,"2":1,"1":1}'],
    ['a key written with an escape', '{"\\u0061":1}'],
    ['no object', '[1]'],
    ['no JSON', '{"a":1'],
    ['something behind it', '{"a":1}x'],
  ])('is none for a line with %s', (_, line) => {
    expect(lineShape(line)).toBeUndefined();
  });
});

describe('the members of a shape', () => {
  const shape = lineShape('{"ts":1,"log":{"a":"x","b":{"c":[2,"y"]},"d":null}}') ?? [];

  test('are given with what their values are', () => {
    expect(membersOf(shape).map(({ key, value }) => [key, value])).toEqual([
      ['ts', 0],
      ['log', { a: '1', b: { c: [2, '3'] }, d: null }],
    ]);
    expect(membersOf(shape, 'log', 'b').map(({ key }) => key)).toEqual(['c']);
    expect(membersOf(shape, 'log', 'a')).toEqual([]);
    expect(membersOf(shape, 'nothing')).toEqual([]);
  });

  test('are at places that hold for every line of the shape', () => {
    const line = '{"ts":1795363200,"log":{"a":"longer","b":{"c":[20,"yy"]},"d":null}}';
    const ends = ['1795363200', 'longer', '20', 'yy'].map(
      (text) => line.indexOf(text) + text.length,
    );
    const text = (from: { value: number; offset: number }, to: typeof from): string =>
      line.slice((ends[from.value] ?? 0) + from.offset, (ends[to.value] ?? 0) + to.offset);
    expect(membersOf(shape, 'log').map(({ keyFrom, to }) => text(keyFrom, to))).toEqual([
      '"a":"longer"',
      '"b":{"c":[20,"yy"]}',
      '"d":null',
    ]);
    expect(membersOf(shape, 'log').map(({ from, to }) => text(from, to))[1]).toBe(
      '{"c":[20,"yy"]}',
    );
  });
});
