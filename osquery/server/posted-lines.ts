import { isJsonObject, type JsonObject, type JsonValue } from '../../log/entry.ts';

/** `diffResults` has rows in lists: four. Whoever prints a line may recurse. */
const MAX_LEVELS = 8;

/**
 * The items of a log post's `data` as lines: each the agent's own text (its big
 * integers and the order of its keys stay), on one line. What is neither a result
 * nor a status as osquery logs them becomes `{"message":…}`; so does what is nested
 * deeper than those are, and what names a trace: system events never make spans.
 *
 * @param text the post's body, which must be valid JSON
 * @param data what `data` in it parses to
 */
export function postedLines(text: string, data: readonly JsonValue[]): string[] {
  const texts = itemTexts(text);
  return data.map((item, index) => {
    const own = (texts[index] ?? '').replaceAll(/[\r\n]+/g, ' ');
    return isJsonObject(item) && isOsquerys(item) ? own : JSON.stringify({ message: own });
  });
}

/** Result (event, batch or snapshot format) or status; the numbers of a status may come as texts. */
function isOsquerys(item: JsonObject): boolean {
  if (item['trace_id'] !== undefined || !isShallow(item, MAX_LEVELS)) return false;
  const { name, columns, snapshot, diffResults, severity, message } = item;
  const isResult = typeof name === 'string' && (columns ?? snapshot ?? diffResults) !== undefined;
  return isResult || (severity !== undefined && typeof message === 'string');
}

const isShallow = (value: JsonValue, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1)));

/** The texts of the elements of the array that the key `data` of an object has; the last, if it is there twice. */
function itemTexts(text: string): string[] {
  let items: string[] = [];
  let at = skipSpace(text, skipSpace(text, text.startsWith('\uFEFF') ? 1 : 0) + 1);
  while (text[at] === '"') {
    const keyEnd = endOfString(text, at);
    const key = JSON.parse(text.slice(at, keyEnd)) as string;
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    if (key === 'data') items = elements(text, start);
    at = skipSpace(text, endOfValue(text, start));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return items;
}

function elements(text: string, arrayStart: number): string[] {
  const items: string[] = [];
  let at = skipSpace(text, arrayStart + 1);
  while (at < text.length && text[at] !== ']') {
    const end = endOfValue(text, at);
    items.push(text.slice(at, end));
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return items;
}

function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  if (first !== '{' && first !== '[') {
    let at = start + 1;
    while (at < text.length && !/[\s,\]}]/.test(text[at] ?? '')) at++;
    return at;
  }
  let depth = 0;
  for (let at = start; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    at++;
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --depth === 0) return at;
  }
  return text.length;
}

const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [
  0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d,
];

/** After the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at;
}
