import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Pattern } from '../../rules/pattern.ts';
import { check } from '../property.ts';

describe('a pattern', () => {
  test.each([
    [String.raw`<-- (?<m>[A-Z]+) (?<p>\S+)`, '', '<-- GET /pets 200', { m: 'GET', p: '/pets' }],
    [String.raw`(?<a>x)|(?<b>y)`, '', 'y', { a: undefined, b: 'y' }],
    ['(?<a>gEt)', 'i', 'xGeTx', { a: 'GeT' }],
    [String.raw`(?<a>[a-f\d]+\S)`, 'i', 'AbZ', { a: 'AbZ' }],
    ['^(?<a>.)', 'm', '\nb', { a: 'b' }],
    ['^(?<a>.+)$', 's', 'a\nb', { a: 'a\nb' }],
    ['x', '', 'y', undefined],
  ])('/%s/%s captures from %j', (source, flags, text, expected) => {
    const captures = new Pattern(source, flags).match(text);
    expect(captures && { ...captures }).toEqual(expected);
  });

  test.each([
    ['abc', ['abc']],
    [String.raw`a\.b\/c\[\x41\u0042\n`, ['a.b/c[AB\n']],
    ['ab+c', ['ab', 'c']],
    ['ab?c', ['a', 'c']],
    ['ab*c', ['a', 'c']],
    ['(?:ab){2,3}c', ['ab', 'c']],
    ['(?:ab){0,3}c', ['c']],
    ['(?<x>ab)c[de]f', ['abc', 'f']],
    ['ab|cd', []],
    ['x(?:ab|cd)y', ['x', 'y']],
    [String.raw`^\d+ in (?<ms>[\d.]+) ms$`, [' in ', ' ms']],
  ])('/%s/ requires %j', (source, required) => {
    expect([...new Pattern(source, '').required].sort()).toEqual([...required].sort());
  });

  test('matches what RegExp matches, whatever the letters are', () => {
    const piece = fc.constantFrom(
      'a',
      'B',
      '.',
      '[a-c]',
      '[^B]',
      'b?',
      'a+',
      '(?:a|B)',
      String.raw`\w`,
      'é',
    );
    const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'B', 'c', 'é', 'É', ' ') });
    check(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 6 }),
        text,
        fc.constantFrom('', 'i'),
        (pieces, text, flags) => {
          const source = `(?<all>${pieces.join('')})`;
          const captures = new Pattern(source, flags).match(text);
          expect(captures?.['all']).toBe(new RegExp(source, flags).exec(text)?.groups?.['all']);
        },
      ),
    );
  });
});
