import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linearRegExp } from '../../log/linear-regexp.ts';
import { check } from '../property.ts';

describe('a linear regular expression', () => {
  test.each(['(a+)+$', '^(a|a)*$', '^(a|aa)+$', '.*.*.*.*x', '(.*)*x', '([a-z]+)*1'])(
    '/%s/ ends at once on a text that would keep a backtracking engine busy for ever',
    (source) => {
      expect(linearRegExp(source)(`${'a'.repeat(20_000)}!`)).toBe(false);
    },
  );

  test('agrees with the usual engine', () => {
    const atom = fc.constantFrom(
      'a',
      'B',
      '.',
      '\\d',
      '\\W',
      '[a-c]',
      '[^B]',
      '\\x41',
      '\\u0042',
      '(?:a|B)',
      '(?<n>c)',
      'É',
    );
    const source = fc
      .array(fc.tuple(atom, fc.constantFrom('', '*', '+?', '?', '{1,2}')), { maxLength: 5 })
      .map((parts) => `^${parts.flat().join('')}$`.replaceAll(/\(\?<n>/g, '('));
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'A', 'B', 'c', '1', ' ', 'é'),
      maxLength: 6,
    });
    check(
      fc.property(source, fc.constantFrom('', 'i', 's', 'im'), text, (pattern, flags, subject) => {
        expect(linearRegExp(pattern, flags)(subject)).toBe(
          new RegExp(pattern, flags).test(subject),
        );
      }),
      1_000,
    );
  });

  test.each(['(a)\\1', '(?=a)b', 'a{1000}'])(
    '/%s/, which needs backtracking or too much room, is refused',
    (source) => {
      expect(() => linearRegExp(source)).toThrow('Cannot be executed in linear time');
    },
  );

  test.each(['g', 'ii', 'u', 'l'])('the flag %s is refused', (flags) => {
    expect(() => linearRegExp('a', flags)).toThrow(
      `Expected flags of i, m and s, but got /a/${flags}`,
    );
  });

  test('looks at the first 65,536 units of a text', () => {
    expect(linearRegExp('x')(`${' '.repeat(65_535)}x`)).toBe(true);
    expect(linearRegExp('x')(`${' '.repeat(65_536)}x`)).toBe(false);
  });
});
