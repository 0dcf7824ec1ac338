import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigTextError, parseConfigText } from '../../../osquery/config/config-text.ts';
import { check } from '../../property.ts';

/** What is wrong with a text, or undefined. */
function complaint(text: string): string | undefined {
  try {
    parseConfigText(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigTextError)) throw error;
    const { line, column } = error.position;
    return `${line}:${column} ${error.message}`;
  }
}

describe('the text of a configuration', () => {
  test('is JSON, whatever is in it and however it is laid out', () => {
    const space = fc.constantFrom(undefined, 2, '\t');
    check(
      fc.property(fc.jsonValue({ maxDepth: 8 }), space, (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(parseConfigText(text).value).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each<[string, string, unknown]>([
    ['comments on lines of their own', '# a\n  // b\n{\n\t# c\n"a": 1\n}\n//', { a: 1 }],
    ['no comments within a text', '{"a": "# b // c"}', { a: '# b // c' }],
    ['lines that a backslash joins', '{"a": "x \\\n  # y"}', { a: 'x   # y' }],
    ['a comment that a backslash goes on with', '// a \\\n{"not": 1}\n{"a": 1}', { a: 1 }],
    ['ends of lines of Windows', '{\r\n# c\r\n"a": 1\r\n}\r\n', { a: 1 }],
    ['a byte order mark', '\uFEFF{"a":1}', { a: 1 }],
    ['escapes', '{"a\\u0041":"\\n\\\\\\n\\/"}', { aA: '\n\\\n/' }],
  ])('may have %s', (_, text, value) => {
    expect(parseConfigText(text).value).toEqual(value);
  });

  test.each([
    ['', '1:1 expected a value, the text ends'],
    ['{\n  "a": 1,\n}', '2:9 a comma with nothing after it'],
    ['{\n  "a": 1\n  "b": 2\n}', '3:3 expected "," or "}", got "\\""'],
    ['{"a": [1, 2}', '1:12 expected "," or "]", got "}"'],
    ["{'a': 1}", '1:2 expected a key in quotes, got "\'"'],
    ['{"a" 1}', '1:6 expected ":", got "1"'],
    ['{"a": nul}', '1:7 expected a value, got "n"'],
    ['{"a": 01}', '1:8 expected "," or "}", got "1"'],
    ['{} x', '1:4 expected the end, got "x"'],
    ['{"a": 1, "a": 2}', '1:10 "a" is there twice'],
    ['{"a": "\\x"}', '1:8 not an escape that JSON has'],
    ['{"a": "b', '1:7 a text without its closing quote'],
    ['{"a": "b \\\n c \\\n d" x}', '3:5 expected "," or "}", got "x"'],
    [
      '{"a": 1, // one\n "b": 2}',
      '1:10 expected a key in quotes, got "/": a comment needs a line of its own, with # or // first',
    ],
    [
      '{"a": "b\n c"}',
      '1:7 a text that has no closing quote on its line (\\ before the end of a line joins it with the next)',
    ],
    [`${'['.repeat(40)}${']'.repeat(40)}`, '1:34 deeper than 32 levels'],
  ])('is refused with its place: %j', (text, expected) => {
    expect(complaint(text)).toBe(expected);
  });

  test('is refused wherever JSON.parse refuses it, and taken where that does', () => {
    const part = fc.constantFrom(
      ...'{}[]:,"\\ \t\r',
      '\n',
      '1',
      '-',
      '.',
      'e',
      'true',
      'null',
      'a',
      '"b"',
    );
    check(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        // Where the two mean to differ.
        fc.pre(!/\\\n/.test(text) && !/"b"[^]*"b"/.test(text));
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(complaint(text) === undefined).toBe(isJson);
      }),
      2_000,
    );
  });

  test('tells where each part is', () => {
    const { positionOf } = parseConfigText('// c\n{\n  "a": { "b": [1,\n 2] }\n}');
    expect(positionOf(['a'])).toEqual({ line: 3, column: 3 });
    expect(positionOf(['a', 'b'])).toEqual({ line: 3, column: 10 });
    expect(positionOf(['a', 'b', 1])).toEqual({ line: 4, column: 2 });
    expect(positionOf(['a', 'nowhere'])).toEqual({ line: 3, column: 3 });
    expect(positionOf([])).toEqual({ line: 2, column: 1 });
  });
});
