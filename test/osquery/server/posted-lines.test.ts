import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../../../log/entry.ts';
import { postedLines } from '../../../osquery/server/posted-lines.ts';
import { check } from '../../property.ts';

test('any item comes out as one line with the same value, whatever is around it', () => {
  // Random texts seldom have what could mislead a scanner.
  const text = fc.array(fc.constantFrom('a', '"', '\\', '\n', '\r', '{', ']', ',', ':', '\u2028'));
  const item = text.map((characters) => ({
    name: characters.join(''),
    columns: { [characters.toReversed().join('')]: [characters.join(''), 1.5, null] },
  }));
  const data = fc.array(item, { maxLength: 5 });
  const others = fc.dictionary(fc.constantFrom('a', 'Data', 'node_key', '"'), item);
  const indent = fc.constantFrom(undefined, 0, 2, '\t', '\r\n');
  check(
    fc.property(others, data, others, indent, (before, items, after, space) => {
      const body = { ...before, ...after, data: items };
      const text = JSON.stringify(body, undefined, space as number);
      const lines = postedLines(text, items);
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
        JSON.parse(JSON.stringify(items)),
      );
      for (const line of lines) expect(line).not.toMatch(/[\r\n]/);
    }),
    100,
  );
});

test.each([
  ['{"data":[{"name":"a","columns":{}}],"data":[{"name":"b","columns":{}}]}', ['b']],
  ['{"x":"\\"data\\":[1]","data":[{"name":"c\\\\","columns":{}}]}', ['c\\']],
  ['{"d\\u0061ta":[{"name":"d","columns":{}}]}', ['d']],
  ['{"x":{"data":[{"name":"no","columns":{}}]},"data":[]}', []],
])('the items are those that JSON.parse gives: %s', (text, names) => {
  const { data } = JSON.parse(text) as { data: JsonValue[] };
  const lines = postedLines(text, data);
  expect(lines.map((line) => (JSON.parse(line) as { name: string }).name)).toEqual(names);
});

test('a text of a megabyte is read, and a deep nesting becomes a message', () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const item = `{"name":"q","columns":{"a":"${'\\\\'.repeat(500_000)}","b":${deep}}}`;
  const text = `{"data":[${item}]}`;
  const { data } = JSON.parse(text) as { data: JsonValue[] };
  expect(postedLines(text, data)).toEqual([JSON.stringify({ message: item })]);
});
