import type { JsonValue, LogEntry } from './entry.ts';
import { readLens, type Lens } from './lens.ts';
import { linearRegExp } from './linear-regexp.ts';

/** Whether an entry is wanted. */
export type Filter = (entry: LogEntry) => boolean;

/** What a lens can start from. */
const FIELDS = ['log', 'node', 'instance', 'stream', 'seq', 'ts', 'part', 'rawBase64'];
const OPERATION = /^\s*(==|!=|<=|>=|<|>|~)\s*([^]*?)\s*$/;
const REGEXP = /^\/([^]*)\/([a-z]*)$/;

/**
 * Compiles one `--grep`; several are and-ed by whoever asks for them.
 *
 * - `pet added` lines whose text has these words, in any case
 * - `/pet (added|removed)/i` lines whose text matches (time is linear in the
 *   text; see `linearRegExp` for what is refused)
 * - `log.error.reason == InvalidPayment`, `log.level >= 40`, `node != "driver"`,
 *   `log.msg ~ /^pet/` compare what a lens finds, with `== != < <= > >= ~`
 * - `log.error?` lines where the lens finds something
 *
 * A value without quotes is a number if it looks like one, and compares with
 * numbers and with texts that are numbers; a quoted one is text. `!=` is the
 * opposite of `==`; the other comparisons are false where nothing is found.
 * The text is the line as the firehose has it. Throws a SyntaxError for what
 * cannot be compiled.
 */
export function filter(text: string): Filter {
  const wanted = text.trim();
  if (wanted === '') throw new SyntaxError('Expected something to look for, but got nothing');
  const regExp = regExpOf(wanted);
  if (regExp) return (entry) => regExp(entry.text);
  return comparison(wanted) ?? words(wanted);
}

function words(text: string): Filter {
  const wanted = text.toLowerCase();
  return (entry) => entry.text.toLowerCase().includes(wanted);
}

/** Undefined for a text that is no lens with an operation behind it. */
function comparison(text: string): Filter | undefined {
  const read = tryLens(text);
  if (!read) return undefined;
  const { look, first, end } = read;
  const rest = text.slice(end);
  const [, operator, operand = ''] = OPERATION.exec(rest) ?? [];
  if (operator === undefined && rest.trim() !== '?') return undefined;
  if (!FIELDS.includes(first)) {
    throw new SyntaxError(
      `Expected one of ${FIELDS.join(', ')} before the operator, but got ${JSON.stringify(text)}; to look for this text write it as /…/`,
    );
  }
  if (operator === undefined) return (entry) => look(entry) !== undefined;
  if (operand === '')
    throw new SyntaxError(`Expected a value after ${operator} in ${JSON.stringify(text)}`);
  return operation(look, operator, operand);
}

function tryLens(text: string): ReturnType<typeof readLens> | undefined {
  try {
    return readLens(text);
  } catch {
    return undefined; // then it is words
  }
}

function operation(look: Lens, operator: string, operand: string): Filter {
  if (operator === '~') {
    const matches = regExpOf(operand) ?? linearRegExp(operand);
    return (entry) => {
      const found = look(entry);
      return found !== undefined && matches(textOf(found));
    };
  }
  const compare = comparer(operand);
  const holds = HOLDS[operator] ?? (() => false);
  return (entry) => holds(compare(look(entry)));
}

const HOLDS: Readonly<Record<string, (order: number) => boolean>> = {
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** The order of a value against the operand: below, at or above 0; NaN where there is none. */
function comparer(operand: string): (value: JsonValue | undefined) => number {
  const quoted = quotedText(operand);
  const text = quoted ?? operand;
  const number = quoted === undefined ? numberOf(operand) : undefined;
  return (value) => {
    if (value === undefined) return Number.NaN;
    const found = typeof value === 'string' ? numberOf(value) : value;
    if (number !== undefined)
      return typeof found === 'number' ? Math.sign(found - number) : Number.NaN;
    if (typeof value === 'string') return value === text ? 0 : value < text ? -1 : 1;
    return quoted === undefined && textOf(value) === text ? 0 : Number.NaN;
  };
}

function quotedText(operand: string): string | undefined {
  if (!operand.startsWith('"')) return undefined;
  try {
    return JSON.parse(operand) as string;
  } catch {
    throw new SyntaxError(`Expected a value quoted as in JSON, but got ${operand}`);
  }
}

const numberOf = (text: string): number | undefined =>
  /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined;

const textOf = (value: JsonValue): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

function regExpOf(text: string): ((text: string) => boolean) | undefined {
  const [, source, flags] = REGEXP.exec(text) ?? [];
  return source === undefined ? undefined : linearRegExp(source, flags);
}
