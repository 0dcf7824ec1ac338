import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { masked } from '../../rules/mask.ts';
import { Templates } from '../../rules/templates.ts';
import { check } from '../property.ts';

const templatesOf = (lines: readonly string[], options = {}): string[] => {
  const templates = new Templates(options);
  for (const line of lines) templates.add(line);
  return templates.all.map(({ lines, tokens }) => `${lines} ${tokens.join(' ')}`);
};

describe('templates', () => {
  test('are what lines have in common', () => {
    expect(
      templatesOf([
        'user ann logged in from 10.0.0.1',
        'user bob logged in from 10.0.0.2',
        'disk full',
        'user cleo logged in from 10.0.0.3',
      ]),
    ).toEqual(['3 user <*> logged in from <*>', '1 disk full']);
  });

  test('are told apart by length and first words', () => {
    expect(templatesOf(['open file a', 'close file a', 'close file', 'open file b'])).toEqual([
      '2 open file <*>',
      '1 close file a',
      '1 close file',
    ]);
  });

  test('join lines as alike as is asked for', () => {
    const lines = ['a b c d', 'a b x y'];
    expect(templatesOf(lines, { similarity: 0.5 })).toEqual(['2 a b <*> <*>']);
    expect(templatesOf(lines, { similarity: 0.6 })).toHaveLength(2);
  });

  test('are no more than the bound; lines without a place are counted', () => {
    const templates = new Templates({ maxTemplates: 10, maxChildren: 4 });
    const words = (n: number): string =>
      String.fromCharCode(97 + (n % 26), 97 + Math.floor(n / 26));
    for (let n = 0; n < 500; n++) templates.add(`${words(n)} ${words(n + 1)} ${words(n + 2)}`);
    // Every leaf may have one more, for what has no place.
    expect(templates.all.length).toBeLessThanOrEqual(10 + 4 * 4);
    expect(templates.overflow).toBeGreaterThan(400);
    expect(templates.all.reduce((sum, { lines }) => sum + lines, 0)).toBe(500);
  });

  test('match every line that they took in, and keep their ids', () => {
    const word = fc.constantFrom('a', 'b', 'c', 'd1', '7', '10.0.0.1');
    check(
      fc.property(fc.array(fc.array(word, { minLength: 1, maxLength: 5 })), (lines) => {
        const templates = new Templates();
        const ids = lines.map((words) => templates.add(words.join(' ')).id);
        for (const [index, words] of lines.entries()) {
          const { tokens } = templates.all[(ids[index] as number) - 1] as {
            tokens: readonly string[];
          };
          const tokensOfLine = masked(words.join(' ')).split(' ');
          expect(tokens.every((token, at) => token === '<*>' || token === tokensOfLine[at])).toBe(
            true,
          );
        }
      }),
    );
  });

  test.each([
    ['took 12.5 ms, 1,024 bytes (-3)', 'took <*> ms, <*> bytes (<*>)'],
    ['at 2026-11-23T09:00:00.123Z and 09:00:00', 'at <*> and <*>'],
    ['on 2026-11-23 x', 'on <*> x'],
    ['id=4bf92f35-77b3-4da6-a3ce-929d0e0e4736;', 'id=<*>;'],
    ['0x7fff deadbeef1 10.0.0.1:80 fe80::1:2:3', '<*> <*> <*> <*>'],
    ['utf8 node-3 v2 deadbeef added', 'utf8 node-3 v2 deadbeef added'],
  ])('mask %j as %j', (text, expected) => {
    expect(masked(text)).toBe(expected);
  });
});
