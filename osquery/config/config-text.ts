import type { JsonObject, JsonValue } from '../../log/entry.ts';

/** Where something is in a text, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A configuration as written: its value, and where in the text each part of it is. */
export interface ConfigText {
  readonly value: JsonValue;
  /** Of the key (the value, in an array) that a path ends at; of what is nearest above where that is not there. */
  positionOf(path: readonly (string | number)[]): Position;
}

/** What is wrong with a text, and where. */
export class ConfigTextError extends Error {
  readonly position: Position;

  constructor(message: string, position: Position) {
    super(message);
    this.name = 'ConfigTextError';
    this.position = position;
  }
}

/** As osqueryd has it (kMaxConfigDepth). */
const MAX_DEPTH = 32;

/**
 * Reads a text as osqueryd reads its configuration (`stripConfigComments` and
 * RapidJSON, osquery/config/config.cpp): JSON in which a backslash right before a
 * line's end joins the line with the next, and in which then each line that
 * begins with `#` or `//` is a comment. Comments after something on their line
 * are no comments to it, so they are none here. Other than it, a key that is
 * there twice is an error: one of the two would be forgotten.
 *
 * Throws a ConfigTextError for what is none.
 */
export function parseConfigText(text: string): ConfigText {
  const places = new Places(text);
  const reader = new Reader(places.joined, (message, at) => {
    throw new ConfigTextError(message, places.position(at));
  });
  const value = reader.document();
  return {
    value,
    positionOf: (path) => {
      for (let length = path.length; length > 0; length--) {
        const at = reader.offsets.get(pathKey(path.slice(0, length)));
        if (at !== undefined) return places.position(at);
      }
      return places.position(reader.start);
    },
  };
}

const pathKey = (path: readonly (string | number)[]): string => JSON.stringify(path);

/** The text with its lines joined and its comments blanked, and the way back from there. */
class Places {
  readonly joined: string;
  readonly #text: string;
  /** Offsets in the joined text before which something was left out. */
  readonly #joins: number[] = [];

  constructor(text: string) {
    this.#text = text;
    const parts = text.split('\\\n');
    let length = 0;
    for (const part of parts.slice(0, -1)) this.#joins.push((length += part.length));
    this.joined = parts
      .join('')
      .replaceAll(/^[^\S\n]*(?:#|\/\/)[^\n]*/gm, (comment) => ' '.repeat(comment.length));
  }

  position(offset: number): Position {
    const before = this.#text.slice(
      0,
      offset + 2 * this.#joins.filter((join) => join <= offset).length,
    );
    const lines = before.split('\n');
    return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  }
}

/** JSON (RFC 8259) by recursive descent, for the places: `JSON.parse` tells none. */
class Reader {
  /** By path: where its key is, or its value in an array. */
  readonly offsets = new Map<string, number>();
  /** Of the document's value. */
  start = 0;
  readonly #text: string;
  readonly #fail: (message: string, at: number) => never;
  #at = 0;

  constructor(text: string, fail: (message: string, at: number) => never) {
    this.#text = text;
    this.#fail = fail;
  }

  document(): JsonValue {
    if (this.#text.startsWith('\uFEFF')) this.#at = 1;
    this.#skipSpace();
    this.start = this.#at;
    const value = this.#value([]);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#expected('the end');
    return value;
  }

  #value(path: readonly (string | number)[]): JsonValue {
    if (path.length > MAX_DEPTH) this.#fail(`deeper than ${MAX_DEPTH} levels`, this.#at);
    const character = this.#text[this.#at];
    if (character === '{') return this.#object(path);
    if (character === '[') return this.#array(path);
    if (character === '"') return this.#string();
    const [word] = this.#match(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    return word === undefined ? this.#expected('a value') : (JSON.parse(word) as JsonValue);
  }

  #object(path: readonly (string | number)[]): JsonObject {
    const pairs = new Map<string, JsonValue>();
    this.#list('}', () => {
      const at = this.#at;
      if (this.#text[at] !== '"') this.#expected('a key in quotes');
      const key = this.#string();
      if (pairs.has(key)) this.#fail(`${JSON.stringify(key)} is there twice`, at);
      this.offsets.set(pathKey([...path, key]), at);
      this.#skipSpace();
      if (this.#text[this.#at] !== ':') this.#expected('":"');
      this.#at++;
      this.#skipSpace();
      pairs.set(key, this.#value([...path, key]));
    });
    return Object.fromEntries(pairs);
  }

  #array(path: readonly (string | number)[]): JsonValue[] {
    const values: JsonValue[] = [];
    this.#list(']', () => {
      const own = [...path, values.length];
      this.offsets.set(pathKey(own), this.#at);
      values.push(this.#value(own));
    });
    return values;
  }

  /** From the opening bracket to the closing one. */
  #list(end: string, item: () => void): void {
    this.#at++;
    this.#skipSpace();
    while (this.#text[this.#at] !== end) {
      item();
      this.#skipSpace();
      const next = this.#text[this.#at];
      if (next === end) break;
      if (next !== ',') this.#expected(`"," or "${end}"`);
      const comma = this.#at++;
      this.#skipSpace();
      if (this.#text[this.#at] === end) this.#fail('a comma with nothing after it', comma);
    }
    this.#at++;
  }

  #string(): string {
    const at = this.#at;
    const [text] = this.#match(/"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y);
    if (text !== undefined) return JSON.parse(text) as string;
    const [sound = ''] = this.#match(/"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*/y);
    const next = this.#text[at + sound.length];
    if (next === '\\') this.#fail('not an escape that JSON has', at + sound.length);
    return this.#fail(
      next === '\n'
        ? 'a text that has no closing quote on its line (\\ before the end of a line joins it with the next)'
        : 'a text without its closing quote',
      at,
    );
  }

  #match(pattern: RegExp): string[] {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return [];
    this.#at = pattern.lastIndex;
    return [found[0]];
  }

  #skipSpace(): void {
    this.#match(/[ \t\r\n]*/y);
  }

  #expected(what: string): never {
    const rest = this.#text.slice(this.#at);
    const isComment = /^(?:#|\/\/|\/\*)/.test(rest);
    const came = rest === '' ? 'the text ends' : `got ${JSON.stringify([...rest][0])}`;
    return this.#fail(
      `expected ${what}, ${came}${isComment ? ': a comment needs a line of its own, with # or // first' : ''}`,
      this.#at,
    );
  }
}
