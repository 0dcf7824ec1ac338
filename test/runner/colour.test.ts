import { describe, expect, test } from 'vitest';
import { colourDepth, foreground, paint, RED } from '../../runner/colour.ts';

describe('the depth of colour', () => {
  test.each([
    [{}, true, '256'],
    [{}, false, 'none'],
    [{ COLORTERM: 'truecolor' }, true, 'truecolor'],
    [{ COLORTERM: '24bit' }, true, 'truecolor'],
    [{ COLORTERM: 'truecolor' }, false, 'none'],
    [{ NO_COLOR: '1', COLORTERM: 'truecolor' }, true, 'none'],
    [{ NO_COLOR: '' }, true, '256'],
    [{ TERM: 'dumb' }, true, 'none'],
    [{ FORCE_COLOR: '' }, false, '256'],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, '256'],
    [{ FORCE_COLOR: '2', COLORTERM: 'truecolor' }, true, '256'],
    [{ FORCE_COLOR: '3' }, false, 'truecolor'],
    [{ FORCE_COLOR: 'true', COLORTERM: 'truecolor' }, false, 'truecolor'],
    [{ FORCE_COLOR: '0' }, true, 'none'],
    [{ FORCE_COLOR: 'false' }, true, 'none'],
  ] as const)('of %j on a terminal (%s) is %s', (env, isTerminal, depth) => {
    expect(colourDepth(env, isTerminal)).toBe(depth);
  });
});

describe('a foreground', () => {
  test.each([
    ['#000000', '38;5;16'],
    ['#ffffff', '38;5;231'],
    ['#5f87af', '38;5;67'],
    ['#ff0000', '38;5;196'],
    ['#2f7360', '38;5;29'],
  ])('%s has the nearest of 256 colours', (hex, style) => {
    expect(foreground(hex, '256')).toBe(style);
  });

  test('is exact in true colour, and nothing without colour', () => {
    expect(foreground('#0a80ff', 'truecolor')).toBe('38;2;10;128;255');
    expect(foreground('#0a80ff', 'none')).toBe('');
  });
});

test('paint ends what it begins, and leaves nothing around nothing', () => {
  expect(paint('no', RED)).toBe('\u001B[31mno\u001B[0m');
  expect([paint('', RED), paint('plain', '')]).toEqual(['', 'plain']);
});
