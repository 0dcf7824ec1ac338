import { expect, test } from 'vitest';
import { rowsOf, rowsText } from '../../../runner/system/rows-text.ts';

const rows = rowsOf([
  { name: 'a, "b"', pid: '7' },
  { name: 'red \u001B[31m', pid: 12, path: null },
]);

test('rows are a table for people, with numbers to the right and nothing that moves a terminal', () => {
  expect(rowsText(rows, 'text')).toBe(
    ['name          pid  path', 'a, "b"          7', 'red \\x1b[31m   12', ''].join('\n'),
  );
});

test('rows are JSON that can be parsed, also without any', () => {
  expect(JSON.parse(rowsText(rows, 'json'))).toEqual([
    { name: 'a, "b"', pid: '7', path: null },
    { name: 'red \u001B[31m', pid: 12, path: null },
  ]);
  expect(JSON.parse(rowsText(rowsOf([]), 'json'))).toEqual([]);
});

test('rows are CSV with a line of names', () => {
  expect(rowsText(rows, 'csv')).toBe('name,pid,path\n"a, ""b""",7,\nred \u001B[31m,12,\n');
});

test('a long text is cut for people alone', () => {
  const long = rowsOf([{ path: '/'.repeat(100) }]);
  expect(rowsText(long, 'text')).toBe(`path\n${'/'.repeat(59)}…\n`);
  expect(rowsText(long, 'csv')).toContain('/'.repeat(100));
});
