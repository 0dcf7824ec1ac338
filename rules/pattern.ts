import { setFlagsFromString } from 'node:v8';
import { linearRegExp } from '../log/linear-regexp.ts';
import { parseRegExpTree, requiredTexts, type RegExpNode } from './regexp-tree.ts';

/** Of a longer text this many UTF-16 units are looked at. */
const MAX_TEXT = 64 * 1024;

/** Of the process: they change how long a regular expression takes, never what it matches. */
const ENGINE_FLAGS = [
  '--enable-experimental-regexp-engine',
  '--enable-experimental-regexp-engine-on-excessive-backtracks',
  '--regexp-backtracks-before-fallback=100',
];

/** What the named groups captured; undefined for one that took no part. */
export type Captures = Readonly<Record<string, string | undefined>>;

/**
 * A user's regular expression with captures, whose time grows with the length of
 * the text and no faster. V8 runs it with its usual engine, twenty times as fast
 * as the one without backtracking, and turns to that one as soon as the usual
 * engine has gone back a hundred times from one place: so a hundred steps for a
 * character are the most. Before that, a search for a text that every match must
 * have turns most lines away.
 *
 * `flags` may be `i`, `m` and `s`. Throws a SyntaxError for what the engine
 * without backtracking cannot do, such as back-references and look-ahead.
 */
export class Pattern {
  /** The named groups, with their places in the source, from 0. */
  readonly groups: readonly { readonly name: string; readonly at: number }[];
  /** A match has all of these in it; the first is the longest. Empty with the flag `i`. */
  readonly required: readonly string[];
  readonly tree: RegExpNode;
  readonly #regExp: RegExp;
  readonly #required: string;

  constructor(source: string, flags: string) {
    linearRegExp(source, flags); // refuses wrong flags, and what cannot be linear
    const ignoreCase = flags.includes('i');
    for (const flag of ENGINE_FLAGS) setFlagsFromString(flag);
    const pattern = ignoreCase ? anyCase(source) : source;
    const rest = flags.replace('i', '');
    void new RegExp(pattern, `l${rest}`); // it must have the other engine to turn to
    this.#regExp = new RegExp(pattern, rest);
    this.groups = [
      ...source.matchAll(/\\[^]|\[(?:[^\]\\]|\\[^])*\]|\(\?<(?<name>[^=!>]+)>/g),
    ].flatMap(({ groups, index }) =>
      groups?.['name'] === undefined ? [] : [{ name: groups['name'], at: index + 3 }],
    );
    this.tree = parseRegExpTree(source);
    this.required = ignoreCase ? [] : requiredTexts(this.tree);
    this.#required = this.required[0] ?? '';
  }

  /** What it captures of the first match; undefined where nothing matches. */
  match(text: string): Captures | undefined {
    if (!text.includes(this.#required)) return undefined;
    const match = this.#regExp.exec(text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text);
    return match === null ? undefined : (match.groups ?? NONE);
  }
}

const NONE: Captures = {};

/** An escape, a group's name, a class, or any other character. */
const TOKEN = /\\(?:u[\da-f]{4}|x[\da-f]{2}|c[a-z]|[^])|\(\?<[^=!>]+>|\[(?:[^\]\\]|\\[^])*\]|[^]/gi;
const CLASS_ITEM =
  /(\\(?:u[\da-f]{4}|x[\da-f]{2}|[^])|[^])(?:-(\\(?:u[\da-f]{4}|x[\da-f]{2}|[^])|[^]))?/gi;

/** The engine knows no `i`: every letter becomes a class of its two cases. */
function anyCase(source: string): string {
  return source.replace(TOKEN, (token) => {
    if (token.startsWith('(?<')) return token;
    if (token.startsWith('[') && token.length > 1) return anyCaseClass(token);
    const letter = letterOf(token);
    return letter === undefined ? token : `[${bothCases(letter)}]`;
  });
}

function anyCaseClass(text: string): string {
  const negated = text.startsWith('[^') ? '^' : '';
  const items = text.slice(1 + negated.length, -1);
  const cased = items.replace(CLASS_ITEM, (item: string, from: string, to: string | undefined) => {
    const [first, last] = [letterOf(from), letterOf(to ?? from)];
    if (first === undefined && last === undefined) return item;
    if (to === undefined) return bothCases(first ?? from);
    return `${item}${rangeIn(from, to, 'toLowerCase')}${rangeIn(from, to, 'toUpperCase')}`;
  });
  return `[${negated}${cased}]`;
}

function bothCases(letter: string): string {
  return [...new Set([letter, letter.toLowerCase(), letter.toUpperCase()])]
    .filter((one) => one.length === 1)
    .join('');
}

/** The letters of a range of ASCII in the other case. */
function rangeIn(from: string, to: string, other: 'toLowerCase' | 'toUpperCase'): string {
  let letters = '';
  for (let code = from.charCodeAt(0); code <= Math.min(to.charCodeAt(0), 127); code++) {
    const letter = String.fromCharCode(code);
    if (/[A-Za-z]/.test(letter)) letters += letter[other]();
  }
  return letters;
}

/** A letter, written as itself or by its code. */
function letterOf(token: string): string | undefined {
  const [, code] = /^\\[ux]([\da-f]+)$/i.exec(token) ?? [];
  const text = code === undefined ? token : String.fromCharCode(parseInt(code, 16));
  return text.length === 1 && text.toLowerCase() !== text.toUpperCase() ? text : undefined;
}
