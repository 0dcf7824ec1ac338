/**
 * Reads EDN, Clojure's data as text: https://github.com/edn-format/edn
 *
 * `{:process 0, :type :ok, :f :cas, :value [1 2]}`
 */
import { HistoryError } from '../history-error.ts';

/** A map's keys are texts: of a keyword or a text itself, else as they are written. */
export type Edn = null | boolean | number | string | Keyword | Edn[] | EdnMap;

export class Keyword {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export interface EdnMap {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly entries: ReadonlyMap<string, Edn>;
}

export const isEdnMap = (value: Edn): value is EdnMap =>
  typeof value === 'object' && value !== null && 'entries' in value && 'line' in value;

/** All values of a text; `line` is the number of its first line. Throws a HistoryError. */
export function readEdn(text: string, line = 1): Edn[] {
  const reader = new Reader(text, line);
  const values: Edn[] = [];
  for (let value = reader.value(); value !== undefined; value = reader.value()) values.push(value);
  return values;
}

/** The first value of a text, whatever follows it. Throws a HistoryError. */
export function firstEdn(text: string, line: number): Edn | undefined {
  return new Reader(text, line).value();
}

const MAX_DEPTH = 64;
const BLANK = /(?:[\s,]|;[^\n]*)*/y;
const TEXT = /"((?:[^"\\]|\\[^])*)"/y;
const ATOM = /\\?[^\s,()[\]{}";]+/y;
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

class Reader {
  readonly #text: string;
  #at = 0;
  #line: number;
  #depth = 0;

  constructor(text: string, line: number) {
    this.#text = text;
    this.#line = line;
  }

  /** The next value; undefined at the end. */
  value(): Edn | undefined {
    this.#passOver();
    const first = this.#text[this.#at];
    if (first === undefined) return undefined;
    if (first === '(' || first === '[') return this.#sequence(first);
    if (first === '{') return this.#map();
    if (first === '"') return this.#string();
    if (first === '#') return this.#tagged();
    const atom = this.#skip(ATOM);
    if (atom === undefined) throw this.#wrong('a value', JSON.stringify(first));
    return atomOf(atom);
  }

  #sequence(opener: string): Edn[] {
    const from = this.#line;
    const closer = CLOSERS[opener] as string;
    if (++this.#depth > MAX_DEPTH) throw this.#wrong(`at most ${MAX_DEPTH} levels`, 'one more');
    this.#at++;
    const items: Edn[] = [];
    for (;;) {
      this.#passOver();
      if (this.#text[this.#at] === closer) break;
      const item = this.value();
      if (item === undefined) throw this.#wrong(`${closer} for the ${opener} of line ${from}`);
      items.push(item);
    }
    this.#at++;
    this.#depth--;
    return items;
  }

  #map(): EdnMap {
    const line = this.#line;
    const items = this.#sequence('{');
    if (items.length % 2 === 1)
      throw new HistoryError(line, 'expected a value for each key of the map');
    const entries = new Map<string, Edn>();
    for (let at = 0; at < items.length; at += 2) {
      entries.set(keyText(items[at] as Edn), items[at + 1] as Edn);
    }
    return { line, entries };
  }

  #string(): string {
    const whole = this.#skip(TEXT);
    if (whole === undefined) throw this.#wrong('a " at the end of the text');
    return whole
      .slice(1, -1)
      .replaceAll(/\\([^])/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
  }

  /** `#{…}` is a set, `#tag value` that value. */
  #tagged(): Edn {
    this.#at++;
    if (this.#text[this.#at] === '{') return this.#sequence('{');
    const tag = this.#skip(ATOM) ?? '';
    const value = this.value();
    if (value === undefined) throw this.#wrong(`a value after #${tag}`);
    return value;
  }

  /** White space, comments, and values commented out by `#_`. */
  #passOver(): void {
    for (this.#skip(BLANK); this.#text.startsWith('#_', this.#at); this.#skip(BLANK)) {
      this.#at += 2;
      this.value();
    }
  }

  /** Passes over what `pattern` matches here, and counts its lines. */
  #skip(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const passed = pattern.exec(this.#text)?.[0];
    if (passed === undefined) return undefined;
    this.#at += passed.length;
    for (let at = passed.indexOf('\n'); at >= 0; at = passed.indexOf('\n', at + 1)) this.#line++;
    return passed;
  }

  #wrong(expected: string, came = 'the end'): HistoryError {
    return new HistoryError(this.#line, `not EDN: expected ${expected}, but there is ${came}`);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function atomOf(atom: string): Edn {
  if (atom === 'nil') return null;
  if (atom === 'true' || atom === 'false') return atom === 'true';
  if (atom.startsWith(':')) return new Keyword(atom.slice(1));
  const number = /^[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?[NM]?$/.test(atom)
    ? Number.parseFloat(atom)
    : Number.NaN;
  return Number.isSafeInteger(number) || (number === number && !/^[-+]?\d+N?$/.test(atom))
    ? number
    : atom;
}

const keyText = (key: Edn): string =>
  key instanceof Keyword ? key.name : typeof key === 'string' ? key : JSON.stringify(key);
