import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { terminalText } from '../../log/terminal-text.ts';
import { check } from '../property.ts';

describe('text for a terminal', () => {
  test.each([
    ['plain, tab\tand ünïcödé 😀 stay', 'plain, tab\tand ünïcödé 😀 stay'],
    ['👩‍👩‍👧', '👩‍👩‍👧'],
    ['red \u001B[31mred', String.raw`red \x1b[31mred`],
    ['title \u001B]0;x\u0007', String.raw`title \x1b]0;x\x07`],
    ['\u009B2J', String.raw`\u009b2J`],
    ['a\r\nb\u0000\b\u007F', String.raw`a\r\nb\x00\x08\u007f`],
    ['\u202Eevil\u202C \u2066x\u2069', String.raw`\u202eevil\u202c \u2066x\u2069`],
    ['half \uD83D and \uDE00', String.raw`half \ud83d and \ude00`],
    ['\uFEFF\u2028', String.raw`\ufeff\u2028`],
  ])('%j', (text, expected) => {
    expect(terminalText(text)).toBe(expected);
  });

  test('has no character that can act on a terminal, and changes no clean text', () => {
    check(
      fc.property(
        fc.string({
          unit: fc.integer({ min: 0, max: 0xff_ff }).map((code) => String.fromCharCode(code)),
        }),
        (text) => {
          const shown = terminalText(text);
          expect(/(?!\t)[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(shown)).toBe(false);
          expect(terminalText(shown)).toBe(shown);
        },
      ),
    );
  });

  test('keeps the value of JSON text', () => {
    check(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(terminalText(JSON.stringify({ text })))).toEqual({ text });
      }),
    );
  });
});
