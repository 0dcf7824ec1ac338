/** Reads what others wrote: nothing of it is what it should be until it was looked at. */
import { isJsonObject, type JsonObject, type JsonValue, type LogEntry } from '../../log/entry.ts';
import type { Interval } from './observation.ts';

/** Of a text that came from outside so much is kept. */
const MAX_TEXT = 120;
/** Of a list that came from outside. */
const MAX_ITEMS = 200;
/** Beyond any clock: the year 5138. */
const MAX_SECONDS = 1e11;

/** A finite number, or a text that is one (osquery writes numbers as text). */
export function numberOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 32 || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** A text of at most 120 characters; empty ones are none. */
export function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
}

/** The objects of a list, at most 200. */
export function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.slice(0, MAX_ITEMS).filter(isJsonObject) : [];
}

/** An empty object for what is none. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value as JsonValue) ? (value as JsonObject) : {};
}

/** What of these is known: the undefined ones are left out. */
export function known<T extends object>(fields: {
  readonly [K in keyof T]: T[K] | undefined;
}): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

/** Unix nanoseconds of Unix seconds, to the microsecond. */
export const nanosOf = (seconds: number): bigint => BigInt(Math.round(seconds * 1e6)) * 1_000n;

/** The line's `interval`, in seconds; what is none gives the moment that the line was read. */
export function intervalOf({ ts, log }: LogEntry): Interval {
  const [start, end] = Array.isArray(log['interval']) ? log['interval'].map(numberOf) : [];
  const isOne =
    start !== undefined && end !== undefined && start >= 0 && start <= end && end < MAX_SECONDS;
  return isOne ? [nanosOf(start), nanosOf(end)] : [nanosOf(ts), nanosOf(ts)];
}

/** Of `node@host/pid.start`; undefined for other names. */
export function partsOfInstance(
  instance: string,
): { readonly host: string; readonly pid: number } | undefined {
  const at = instance.indexOf('@');
  const slash = instance.lastIndexOf('/');
  const pid = Number(instance.slice(slash + 1).split('.', 1)[0]);
  if (at < 0 || slash < at || !Number.isSafeInteger(pid)) return undefined;
  return { host: instance.slice(at + 1, slash).slice(0, MAX_TEXT), pid };
}
