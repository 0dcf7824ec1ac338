import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fit, marked } from '../../../runner/split/cells.ts';
import { layout } from '../../../runner/split/layout.ts';
import { screenRows, type ScreenView } from '../../../runner/split/screen.ts';
import { check } from '../../property.ts';

const size = fc.integer({ min: 1, max: 300 });

describe('the layout of panes', () => {
  test('covers the screen but for the lines between columns, each cell once', () => {
    check(
      fc.property(fc.integer({ min: 1, max: 40 }), size, size, (count, width, height) => {
        const places = layout(count, width, height);
        const cells = Array.from({ length: height }, () => Array<number>(width).fill(0));
        for (const place of places) {
          for (let row = place.row; row < place.row + place.height; row++) {
            const line = cells[row];
            expect(line).toBeDefined();
            for (let column = place.column; column < place.column + place.width; column++) {
              if (line !== undefined) line[column] = (line[column] ?? Number.NaN) + 1;
            }
          }
        }
        const columns = new Set(places.map(({ column }) => column)).size;
        expect(cells.flat().filter((cell) => cell === 1).length).toBe(
          (width - columns + 1) * height,
        );
        expect(cells.flat().filter((cell) => cell > 1 || Number.isNaN(cell))).toEqual([]);
      }),
      100,
    );
  });

  test('gives every node a place while there is room for four rows each', () => {
    check(
      fc.property(fc.integer({ min: 1, max: 40 }), size, size, (count, width, height) => {
        const places = layout(count, width, height);
        const room =
          Math.max(1, Math.floor(height / 4)) * Math.max(1, Math.floor((width + 1) / 51));
        expect(places.length).toBe(Math.min(count, room));
      }),
    );
  });
});

describe('a text fitted to cells', () => {
  test('has exactly so many', () => {
    check(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), fc.nat(80), (text, cells) => {
        expect(fit(text, cells).length).toBe(cells);
      }),
    );
  });

  test.each([
    ['日本語', 6, '日本語'],
    ['日本語', 5, '日本 '],
    ['a😀b', 4, 'a😀b'],
    ['e\u0301e', 3, 'e\u0301e '],
    ['abcdef', 4, 'abc…'],
    ['a\tb', 4, 'a b '],
  ])('%s in %i cells is %j', (text, cells, fitted) => {
    expect(fit(text, cells)).toBe(fitted);
  });

  test('ends its colours, wherever it is cut', () => {
    expect(fit('\u001b[31mred and more\u001b[0m', 3)).toBe('\u001b[31mred\u001b[0m');
  });

  test('is marked where the search is in it, whatever its colours', () => {
    expect(marked('\u001b[31mNeedle\u001b[0m and needle', 'needle')).toBe(
      '\u001b[7mNeedle\u001b[27m and \u001b[7mneedle\u001b[27m',
    );
    expect(marked('hay', 'needle')).toBeUndefined();
  });
});

const view = (given: Partial<ScreenView>): ScreenView => ({
  width: 30,
  height: 9,
  panes: [
    { title: 'web', lines: ['one', 'two', 'three', 'four'] },
    { title: 'db', lines: ['five', 'six two'] },
  ],
  search: '',
  ...given,
});

const plain = (given: Partial<ScreenView>): string[] =>
  screenRows(view(given)).map((row) => stripVTControlCharacters(row).trimEnd());

describe('the screen', () => {
  test('shows the newest lines of each node', () => {
    expect(plain({})).toEqual([
      ' web',
      'two',
      'three',
      'four',
      ' db',
      'five',
      'six two',
      '',
      ' Space: pause · /: search · q…',
    ]);
  });

  test('shows only lines that are searched for, and how many there are', () => {
    expect(plain({ search: 'two', width: 60 })).toEqual([
      ' web (1)',
      'two',
      '',
      '',
      ' db (1)',
      'six two',
      '',
      '',
      ' lines with "two" (Esc: all) · Space: pause · /: search · q…',
    ]);
  });

  test('puts panes side by side where they are wide enough', () => {
    const panes = ['a', 'b', 'c'].map((title) => ({ title, lines: [title] }));
    const rows = plain({ panes, width: 101, height: 9 });
    expect(rows.slice(0, 2)).toEqual([` a${' '.repeat(48)}│ c`, `a${' '.repeat(49)}│c`]);
    expect(rows[4]).toBe(` b${' '.repeat(48)}│`);
  });

  test('says that it is paused, what is typed, and who has no room', () => {
    expect(plain({ paused: 7, width: 60 }).at(-1)).toContain('PAUSED, 7 lines since');
    expect(plain({ typing: 'nee', width: 60 }).at(-1)).toContain('/nee▏');
    expect(plain({ height: 6, width: 60 }).at(-1)).toContain('no room for 1 more');
  });

  test('has rows of the width of the screen, whatever is in them', () => {
    check(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme-ascii' }), { maxLength: 5 }),
        fc.integer({ min: 2, max: 120 }),
        fc.integer({ min: 2, max: 20 }),
        (lines, width, height) => {
          const rows = screenRows(view({ panes: [{ title: 'web', lines }], width, height }));
          expect(rows.length).toBe(height);
          expect(rows.map((row) => stripVTControlCharacters(row).length)).toEqual(
            Array(height).fill(width),
          );
        },
      ),
    );
  });
});
