import { stripVTControlCharacters } from 'node:util';

/** Marks (no cell) and characters that take two: CJK, Hangul, full-width forms, emoji. */
const NO_CELL = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const TWO_CELLS =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u;
const ASCII = /^[\x20-\x7e]*$/;
const PIECE = /\u001b\[[\d;]*m|./gsu;

/**
 * Text cut or filled to exactly so many cells of a terminal. Colours in it (the
 * only escapes it may have) take none, and end with it; a tab is one space.
 */
export function fit(text: string, cells: number): string {
  if (ASCII.test(text) && text.length <= cells) return text.padEnd(cells);
  let out = '';
  let used = 0;
  let isCut = false;
  let isStyled = false;
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece.startsWith('\u001b')) {
      out += piece;
      isStyled = true;
      continue;
    }
    const character = piece === '\t' ? ' ' : piece;
    const width = cellsOf(character);
    if (used + width > cells) {
      isCut = true;
      break;
    }
    out += character;
    used += width;
  }
  if (isCut && used === cells && cells > 0 && !isStyled) out = `${out.slice(0, -1)}…`;
  return `${out}${isStyled ? '\u001b[0m' : ''}${' '.repeat(Math.max(0, cells - used))}`;
}

/** Text without colours, with each place that has the searched words marked; undefined where none has. */
export function marked(text: string, searched: string): string | undefined {
  const plain = stripVTControlCharacters(text);
  const [found, words] = [plain.toLowerCase(), searched.toLowerCase()];
  // Some characters have lower cases of other lengths: then nothing is marked.
  if (!found.includes(words)) return undefined;
  if (found.length !== plain.length) return plain;
  let out = '';
  let from = 0;
  for (let at = found.indexOf(words); at !== -1; at = found.indexOf(words, from)) {
    out += `${plain.slice(from, at)}\u001b[7m${plain.slice(at, at + words.length)}\u001b[27m`;
    from = at + words.length;
  }
  return out + plain.slice(from);
}

const cellsOf = (character: string): number =>
  NO_CELL.test(character) ? 0 : TWO_CELLS.test(character) ? 2 : 1;
