/**
 * The colour of the `order`-th node or service, counted from 0 and without a
 * last one, as `#rrggbb`; each reads on white and on black. The first ones are
 * told apart by colour-blind eyes too; after them each next hue lies a golden
 * angle on, so that they are spread out however many there are.
 */
export function nodeColour(order: number): string {
  const first = FIRST[order];
  if (first !== undefined) return first;
  const hue = (FIRST_HUE + order * GOLDEN_ANGLE) % 360;
  return hexOfOklch(LIGHTNESS[order % LIGHTNESS.length] ?? 0.62, CHROMA, hue);
}

/** Found by search: the smallest difference between any two of them, in the eyes that tell them worst, is as large as can be. */
const FIRST: readonly string[] =
  '#4375c9 #d18223 #915664 #01a2c5 #c03710 #ab7087 #987efc #6a6296'.split(' ');
const FIRST_HUE = 258;
const GOLDEN_ANGLE = 180 * (3 - Math.sqrt(5));
const LIGHTNESS = [0.6, 0.66, 0.57];
const CHROMA = 0.13;

/** OKLCH to sRGB (https://bottosson.github.io/posts/oklab/), with less chroma where sRGB has not that much. */
function hexOfOklch(lightness: number, chroma: number, hueDegrees: number): string {
  const angle = (hueDegrees * Math.PI) / 180;
  for (let c = chroma; c > 0; c -= 0.005) {
    const rgb = linearRgb(lightness, c * Math.cos(angle), c * Math.sin(angle));
    if (rgb.every((channel) => channel >= 0 && channel <= 1)) return hexOf(rgb);
  }
  return hexOf(linearRgb(lightness, 0, 0));
}

function linearRgb(lightness: number, a: number, b: number): readonly number[] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

const hexOf = (linear: readonly number[]): string => `#${linear.map(hexByte).join('')}`;

function hexByte(channel: number): string {
  const gamma = channel <= 0.0031308 ? 12.92 * channel : 1.055 * channel ** (1 / 2.4) - 0.055;
  return Math.round(gamma * 255)
    .toString(16)
    .padStart(2, '0');
}
