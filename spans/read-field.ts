import { isJsonObject, type JsonObject, type JsonValue } from '../log/entry.ts';

/** A field that must be a text. Throws a SyntaxError that names it. */
export function textOf(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value === 'string') return value;
  throw new SyntaxError(
    `expected a text as ${key} of a span, but got ${JSON.stringify(value)?.slice(0, 80) ?? 'none'}`,
  );
}

/** A field that must be a number. Throws a SyntaxError that names it. */
export function numberOf(object: JsonObject, key: string): number {
  const value = object[key];
  if (typeof value === 'number') return value;
  throw new SyntaxError(
    `expected a number as ${key} of a span, but got ${JSON.stringify(value)?.slice(0, 80) ?? 'none'}`,
  );
}

/** A field that must be whole nanoseconds, written as a text or a number. */
export function nanosOf(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return `${BigInt(value)}`;
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return value;
  throw new SyntaxError(
    `expected nanoseconds as ${key} of a span, but got ${JSON.stringify(value)?.slice(0, 80) ?? 'none'}`,
  );
}

/** The objects of a list; what is no list has none. */
export function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** A field that is an object, or an empty one. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
