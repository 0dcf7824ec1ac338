import { expect, test } from 'vitest';
import { nodeColour } from '../../log/node-colour.ts';

test.each([2, 5, 12, 40])('%i nodes have hues well apart', (count) => {
  const hues = Array.from({ length: count }, (_, order) => nodeColour(order).hue).sort(
    (a, b) => a - b,
  );
  const gaps = hues.map((hue, at) => (hues[at + 1] ?? (hues[0] ?? 0) + 360) - hue);
  expect(Math.min(...gaps)).toBeGreaterThan(360 / count / 2.7);
});

test('every colour stands out from white and from near black', () => {
  for (let order = 0; order < 200; order += 1) {
    const luminance = luminanceOf(nodeColour(order).hex);
    expect(1.05 / (luminance + 0.05)).toBeGreaterThan(2.9);
    expect((luminance + 0.05) / 0.0565).toBeGreaterThan(3);
  }
});

test('a colour depends on the order alone', () => {
  expect(nodeColour(0)).toEqual({ hue: 258, hex: '#4c80cd' });
  expect(nodeColour(1).hex).toBe('#d57259');
});

/** WCAG's relative luminance of `#rrggbb`. */
function luminanceOf(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
