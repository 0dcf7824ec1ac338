import { RulesError, type Place } from './rules-error.ts';

/**
 * Walks through a rules file, piece by piece, and knows where it is. Spaces and
 * comments before a piece are passed over; line ends only where `nextLine` or
 * `anyLines` is called.
 */
export class Scanner {
  readonly #file: string;
  readonly #text: string;
  readonly #lineStarts: readonly number[];
  #at = 0;

  constructor(text: string, file: string) {
    this.#file = file;
    this.#text = text;
    this.#lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  /** Of the next piece. */
  get place(): Place {
    this.#skip(SPACE);
    return this.placeOf(this.#at);
  }

  /** Of a character of the text, by its index. */
  placeOf(at: number): Place {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - (this.#lineStarts[low] as number) + 1 };
  }

  get atEnd(): boolean {
    this.#skip(SPACE);
    return this.#at === this.#text.length;
  }

  /** What was passed since a place, in one line, without comments. */
  textSince({ line, column }: Place): string {
    const from = (this.#lineStarts[line - 1] as number) + column - 1;
    return this.#text
      .slice(from, this.#at)
      .replaceAll(/\s*(?:#[^\n]*)?\n\s*/g, ' ')
      .trim();
  }

  /** Passes over line ends too. */
  anyLines(): void {
    this.#skip(ANY_SPACE);
  }

  /** The line must end here. */
  nextLine(expected: string): void {
    if (!this.atEnd && this.take(/\r?\n/y) === undefined) this.fail(expected);
  }

  /** What comes next if it looks like this (a sticky regular expression), and then goes behind it. */
  take(pattern: RegExp): string | undefined {
    this.#skip(SPACE);
    return this.takeHere(pattern);
  }

  /** The same, and a space or a comment is not passed over first. */
  takeHere(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match[0];
  }

  /** Whether it comes next; stays where it is. */
  sees(pattern: RegExp): boolean {
    this.#skip(SPACE);
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }

  expect(pattern: RegExp, expected: string): string {
    return this.take(pattern) ?? this.fail(expected);
  }

  /** Throws a RulesError for the next piece, or for a place before it. */
  fail(expected: string, place = this.place): never {
    const at = (this.#lineStarts[place.line - 1] as number) + place.column - 1;
    const [came = ''] = /^\S*(?: \S+)?/.exec(this.#text.slice(at, at + 30)) ?? [];
    const end = at >= this.#text.length ? 'the end of the file' : 'the end of the line';
    throw new RulesError(this.#file, place, expected, came === '' ? end : JSON.stringify(came));
  }

  #skip(space: RegExp): void {
    space.lastIndex = this.#at;
    space.exec(this.#text);
    this.#at = space.lastIndex;
  }
}

const SPACE = /(?:[ \t]|#[^\n]*)*/y;
const ANY_SPACE = /(?:\s|#[^\n]*)*/y;
