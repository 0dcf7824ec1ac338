import { isJsonObject, type JsonValue } from './entry.ts';

/** Looks one place up in a value; undefined where there is nothing at that place. */
export type Lens = (value: unknown) => JsonValue | undefined;

/**
 * Compiles a place in a JSON value, such as `log.request.headers.[0].[0..2]`.
 * Steps are separated by dots, and the dot before a bracket may be left out:
 *
 * - `name` an object's own key; one with odd characters is quoted as in JSON:
 *   `log."dd.trace_id"`
 * - `[0]` an item of a list, or a character (code point) of a text, from 0
 * - `[0..2]` the items or characters from 0 up to but not including 2; what
 *   lies beyond the end is left out
 *
 * Throws a SyntaxError that names the column (from 1) and what was expected.
 */
export function lens(text: string): Lens {
  const { look, end } = readLens(text);
  if (end < text.length) throw lensError(text, end, 'a dot, `[` or the end');
  return look;
}

/** Compiles the longest lens that `text` begins with; `end` is where it ends. */
export function readLens(text: string): { look: Lens; first: string; end: number } {
  const key = readKey(text, 0);
  const steps: Lens[] = [keyStep(key.name)];
  let { end } = key;
  while (end < text.length) {
    const dot = text[end] === '.' ? 1 : 0;
    if (text[end + dot] === '[') {
      const bracket = readBracket(text, end + dot);
      steps.push(bracket.step);
      ({ end } = bracket);
    } else if (dot === 1) {
      const next = readKey(text, end + 1);
      steps.push(keyStep(next.name));
      ({ end } = next);
    } else break;
  }
  return { look: compose(steps), first: key.name, end };
}

const PLAIN_KEY = /[^\s.[\]"=!<>~?]+/y;
const QUOTED_KEY = /"(?:[^"\\]|\\.)*"/y;
const BRACKET = /\[(\d{1,9})(?:\.\.(\d{1,9}))?\]/y;

function readKey(text: string, start: number): { name: string; end: number } {
  const plain = matchAt(PLAIN_KEY, text, start);
  if (plain) return { name: plain[0], end: start + plain[0].length };
  const quoted = matchAt(QUOTED_KEY, text, start);
  if (!quoted) throw lensError(text, start, 'a key (quoted if it has odd characters)');
  try {
    return { name: JSON.parse(quoted[0]) as string, end: start + quoted[0].length };
  } catch {
    throw lensError(text, start, 'a key quoted as in JSON');
  }
}

function readBracket(text: string, start: number): { step: Lens; end: number } {
  const match = matchAt(BRACKET, text, start);
  if (!match) throw lensError(text, start, 'an index such as [0], or a range such as [0..2]');
  const [whole, from, to] = match;
  if (to !== undefined && Number(to) < Number(from)) {
    throw lensError(text, start, 'a range whose end is not before its start');
  }
  const step = to === undefined ? indexStep(Number(from)) : rangeStep(Number(from), Number(to));
  return { step, end: start + whole.length };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** An object's own keys only: nothing inherited, no prototype, no `length`. */
function keyStep(key: string): Lens {
  return (value) => (isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined);
}

function indexStep(index: number): Lens {
  const one = rangeStep(index, index + 1);
  return (value) => {
    if (Array.isArray(value)) return value[index] as JsonValue | undefined;
    return one(value) || undefined;
  };
}

function rangeStep(from: number, to: number): Lens {
  return (value) => {
    if (Array.isArray(value)) return value.slice(from, to) as JsonValue[];
    return typeof value === 'string' ? codePoints(value, from, to) : undefined;
  };
}

/** Walks no further than it must: the text may be long. */
function codePoints(text: string, from: number, to: number): string {
  let start = text.length;
  let at = 0;
  for (let count = 0; at < text.length && count < to; count++) {
    if (count === from) start = at;
    at += (text.codePointAt(at) ?? 0) > 0xff_ff ? 2 : 1;
  }
  return text.slice(start, at);
}

function compose(steps: readonly Lens[]): Lens {
  return (value) => {
    let found: unknown = value;
    for (const step of steps) {
      found = step(found);
      if (found === undefined) return undefined;
    }
    return found as JsonValue;
  };
}

function lensError(text: string, at: number, expected: string): SyntaxError {
  const came = at < text.length ? JSON.stringify(text.slice(at, at + 20)) : 'the end';
  return new SyntaxError(
    `Expected ${expected} at column ${at + 1} of the lens ${JSON.stringify(text)}, but there is ${came}`,
  );
}
