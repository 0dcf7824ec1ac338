import { expect, test } from 'vitest';
import { nodeColour } from '../../log/node-colour.ts';

type Rgb = readonly [red: number, green: number, blue: number];

/**
 * How eyes that lack one kind of cone see linear sRGB (Machado, Oliveira and
 * Fernandes 2009, severity 1).
 */
const EYES: Readonly<Record<string, readonly Rgb[]>> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no long-wave cones': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'no middle-wave cones': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'no short-wave cones': [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

test.each(Object.entries(EYES))('eyes with %s tell the first eight apart', (_, eyes) => {
  const seen = Array.from({ length: 8 }, (_, order) => {
    const rgb = linear(nodeColour(order));
    return oklab(eyes.map((row) => clamped(dot(row, rgb))) as unknown as Rgb);
  });
  for (const [at, one] of seen.entries()) {
    for (const other of seen.slice(at + 1)) {
      const difference = Math.hypot(...one.map((value, axis) => value - (other[axis] ?? 0)));
      expect(difference).toBeGreaterThan(0.07);
    }
  }
});

test('two hundred nodes have as many colours', () => {
  const all = Array.from({ length: 200 }, (_, order) => nodeColour(order));
  expect(new Set(all).size).toBe(200);
});

test('every colour stands out from white and from near black', () => {
  for (let order = 0; order < 200; order += 1) {
    const luminance = dot([0.2126, 0.7152, 0.0722], linear(nodeColour(order)));
    expect(1.05 / (luminance + 0.05)).toBeGreaterThan(2.9);
    expect((luminance + 0.05) / 0.0565).toBeGreaterThan(2.9);
  }
});

function linear(hex: string): Rgb {
  return [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
}

/** https://bottosson.github.io/posts/oklab/ */
function oklab(rgb: Rgb): Rgb {
  const l = Math.cbrt(dot([0.4122214708, 0.5363325363, 0.0514459929], rgb));
  const m = Math.cbrt(dot([0.2119034982, 0.6806995451, 0.1073969566], rgb));
  const s = Math.cbrt(dot([0.0883024619, 0.2817188376, 0.6299787005], rgb));
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

const dot = (one: Rgb, other: Rgb): number =>
  one[0] * other[0] + one[1] * other[1] + one[2] * other[2];

const clamped = (channel: number): number => Math.min(1, Math.max(0, channel));
