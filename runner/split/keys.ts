/** What the user sees of the panes by choice. */
export interface SplitChoice {
  readonly search: string;
  readonly typing?: string;
  readonly isPaused: boolean;
}

/** What keys ask for besides another choice. */
export type KeyRequest = 'stop' | 'interrupt';

const LONGEST_SEARCH = 200;

/**
 * The choice after some input of the keyboard: `/` types a search, Enter takes
 * it, Esc leaves it, Space pauses, q stops, Ctrl+C interrupts.
 */
export function pressKeys(
  choice: SplitChoice,
  input: string,
): { choice: SplitChoice; requests: KeyRequest[] } {
  const requests: KeyRequest[] = [];
  let next = choice;
  for (const [key] of input.matchAll(KEY)) {
    if (key === '\u0003') requests.push('interrupt');
    else if (next.typing !== undefined) next = typed(next, next.typing, key);
    else if (key === 'q' || key === 'Q') requests.push('stop');
    else if (key === ' ') next = { ...next, isPaused: !next.isPaused };
    else if (key === '/') next = { ...next, typing: '' };
    else if (key === ESCAPE) next = { ...next, search: '' };
  }
  return { choice: next, requests };
}

const ESCAPE = '\u001b';
/** A whole escape sequence (an arrow, say) is one key, and does nothing. */
const KEY = /\u001b\[[\d;]*[~A-Za-z]|\u001bO[A-Z]|./gsu;

function typed({ search, isPaused }: SplitChoice, typing: string, key: string): SplitChoice {
  if (key === '\r' || key === '\n') return { search: typing, isPaused };
  if (key === ESCAPE) return { search, isPaused };
  if (key === '\u007f' || key === '\b') return { search, isPaused, typing: typing.slice(0, -1) };
  const isText = !/^[\p{Cc}\p{Cf}]/u.test(key) && typing.length < LONGEST_SEARCH;
  return { search, isPaused, typing: isText ? typing + key : typing };
}
