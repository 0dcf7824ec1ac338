import { terminalText } from '../log/terminal-text.ts';

const MAX_LENGTH = 160;

/** Lines of a log as examples in a message, one below the other, cut and safe for a terminal. */
export function shownLines(lines: readonly string[]): string {
  return lines.map((line) => `\n  ${terminalText(line.slice(0, MAX_LENGTH))}`).join('');
}
