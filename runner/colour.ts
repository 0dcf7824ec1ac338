/** How many colours may be written. */
export type ColourDepth = 'none' | '256' | 'truecolor';

/**
 * Whether to colour: on a terminal, unless NO_COLOR is set or TERM is dumb.
 * FORCE_COLOR wins over both (0 or false: none; 3: true colour), elsewhere
 * COLORTERM says whether the terminal has true colour.
 */
export function colourDepth(
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): ColourDepth {
  const force = env['FORCE_COLOR'];
  if (force === '0' || force === 'false') return 'none';
  if (force === undefined && (!isTerminal || env['NO_COLOR'] || env['TERM'] === 'dumb'))
    return 'none';
  const hasTrueColour = /^(?:truecolor|24bit)$/i.test(env['COLORTERM'] ?? '');
  return force === '3' || (hasTrueColour && force !== '1' && force !== '2') ? 'truecolor' : '256';
}

/** Puts text in a style; one of `RED`, `YELLOW`, `DIM`, or what `foreground` gives. */
export function paint(text: string, style: string): string {
  return style === '' || text === '' ? text : `\u001B[${style}m${text}\u001B[0m`;
}

export const RED = '31';
export const YELLOW = '33';
export const DIM = '2';

/** The style for a colour `#rrggbb`, or the nearest of the 216 that every terminal with 256 has. */
export function foreground(hex: string, depth: ColourDepth): string {
  const rgb = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  if (depth === 'none') return '';
  if (depth === 'truecolor') return `38;2;${rgb.join(';')}`;
  const [r = 0, g = 0, b = 0] = rgb.map(cubeLevel);
  return `38;5;${16 + 36 * r + 6 * g + b}`;
}

/** The cube's levels are 0, 95, 135, 175, 215 and 255. */
function cubeLevel(channel: number): number {
  return channel < 48 ? 0 : channel < 115 ? 1 : Math.min(5, Math.round((channel - 55) / 40));
}
