import type { JsonObject, JsonValue } from '../entry.ts';

const MAX_PAIRS = 64;

/** `key=value`, the key after a space or an opening bracket; a comma ends a value only where something else begins. */
const PAIR =
  /(?<=^|[\s([{,;|])([A-Za-z_@][\w.@/-]{0,63})=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:[^\s,;|()[\]{}"']|,(?!\s|$|[\w.@/-]+=))*))/g;

/**
 * The `key=value` pairs of a text, values with their quotes taken off and
 * numbers as numbers where nothing of them is lost. Of a repeated key the first
 * counts; 64 pairs at most.
 */
export function pairs(text: string): JsonObject | undefined {
  if (!text.includes('=')) return undefined;
  let found: JsonObject | undefined;
  let count = 0;
  for (const [, key = '', double, single, bare = ''] of text.matchAll(PAIR)) {
    if (count++ === MAX_PAIRS) break;
    found ??= {};
    if (key === '__proto__' || Object.hasOwn(found, key)) continue;
    found[key] = double === undefined ? (single ?? bareValue(bare)) : unescaped(double);
  }
  return found;
}

/** A number only where its digits come back as they were: ids may have leading zeros or more digits than a double. */
export function bareValue(text: string): JsonValue {
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?$/.test(text) && text.length <= 16
    ? Number(text)
    : text;
}

export function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text.replaceAll(/\\(.)/gs, '$1');
  }
}
