import { isJsonObject, type JsonValue } from '../log/entry.ts';
import { parseTime } from '../log/timestamp.ts';
import type { FunctionName, ValueType } from './syntax.ts';

/** A value as a rule sees it; undefined where there is none. */
export type Value = JsonValue | undefined;

/**
 * The value as this type; undefined where it is none. Times and durations are
 * seconds. A time without a zone is UTC, one without a day is of the day that
 * brings it nearest to `near`, the line's time in Unix seconds.
 */
export function typed(value: Value, type: ValueType, near: number): Value {
  if (value === undefined || value === null) return undefined;
  switch (type) {
    case 'string':
      return textOf(value);
    case 'int': {
      const number = numberOf(value);
      return number === undefined ? undefined : Math.trunc(number);
    }
    case 'float':
      return numberOf(value);
    case 'time':
      return parseTime(value, { timeZone: UTC, latest: near, near });
    case 'duration':
      return numberOf(value) ?? durationOf(textOf(value));
    default: {
      const number = numberOf(value);
      return number === undefined ? undefined : number / (A_SECOND[type] as number);
    }
  }
}

const UTC = (): number => 0;

const A_SECOND: Readonly<Record<string, number>> = {
  duration_s: 1,
  duration_ms: 1e3,
  duration_us: 1e6,
  duration_ns: 1e9,
};

/** Numbers, and texts that are numbers. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  return /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i.test(value) ? Number(value) : undefined;
}

/** A text as it is, `''` for nothing, anything else as JSON. */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** How a value stands to an operand: -1, 0, 1; NaN where there is no order. `7` and `"7"` are equal. */
export function orderOf(value: Value, operand: string | number | boolean): number {
  if (value === undefined) return Number.NaN;
  if (typeof operand === 'boolean') return String(operand) === textOf(value) ? 0 : Number.NaN;
  if (typeof operand === 'number') {
    const number = numberOf(value);
    return number === undefined ? Number.NaN : Math.sign(number - operand);
  }
  if (isJsonObject(value)) return Number.NaN;
  const text = textOf(value);
  return text === operand ? 0 : text < operand ? -1 : 1;
}

const A_UNIT: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

/** `1.5ms`, `2m3s`, `1 h`; as Go and many others write them. */
function durationOf(text: string): number | undefined {
  const parts = [
    ...text.matchAll(/(\d+(?:\.\d+)?|\.\d+)\s*(ns|us|µs|μs|ms|s|m|h|d)(?![a-zµμ])\s*/gy),
  ];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  return parts.reduce(
    (sum, [, number, unit]) => sum + Number(number) * (A_UNIT[unit ?? ''] ?? 0),
    0,
  );
}

/** The functions of the language, over texts. */
export const FUNCTION: Readonly<Record<FunctionName, (text: string) => string>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  route: routeOf,
};

/** A path without query and fragment; segments that look like ids become `:id`. */
function routeOf(path: string): string {
  const [bare = ''] = path.split(/[?#]/, 1);
  return bare
    .split('/')
    .map((segment) => (ID_SEGMENT.test(segment) ? ':id' : segment))
    .join('/');
}

/** Numbers, UUIDs, hex of 8 digits or more with a digit in it, and long mixtures of letters and digits. */
const ID_SEGMENT =
  /^(?:\d+|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?=[a-f]*\d)[\da-f]{8,}|(?=\w*\d)(?=\w*[a-z])[\w-]{16,})$/i;
