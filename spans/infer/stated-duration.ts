import type { JsonObject, JsonValue } from '../../log/entry.ts';

/** Names of how long something took, without case and punctuation, and the unit that they end with. */
const NAME =
  /^(?:(?:request|response|total|http|process(?:ing)?|execution|exec|upstream|query|call|server)?(?:duration|elapsed|latency|took|responsetime|requesttime|elapsedtime|timetaken|processingtime|time))(ms|millis|milliseconds|msecs?|us|micros|microseconds|ns|nanos|nanoseconds|s|secs?|seconds)?$/;
const TEXT = /^(\d+(?:\.\d+)?) ?(ns|us|µs|ms|s|m)$/;
const SECONDS: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, µ: 1e-6, m: 1e-3, s: 1 };
/** A name that says no unit, with a number: some loggers mean milliseconds by it. */
const MILLISECONDS = new Set(['responsetime', 'elapsed', 'took', 'latency', 'elapsedtime']);

/**
 * How long a line says that something took, in seconds: the first of its fields
 * that is named for it and says its unit, in its name or its value
 * (`duration_ms: 12.5`, `took: "1.2s"`). Undefined where none is, or where the
 * unit can only be guessed.
 */
export function statedDuration(log: JsonObject): number | undefined {
  for (const [key, value] of Object.entries(log)) {
    const [name, unit] = NAME.exec(key.toLowerCase().replaceAll(/[^a-z]/g, '')) ?? [];
    const seconds = name === undefined ? undefined : inSeconds(name, unit, value);
    if (seconds !== undefined) return seconds;
  }
  return undefined;
}

function inSeconds(name: string, unit: string | undefined, value: JsonValue): number | undefined {
  if (typeof value === 'string') {
    const [, number, written = ''] = TEXT.exec(value.trim()) ?? [];
    if (number !== undefined) return Number(number) * (written === 'm' ? 60 : secondsOf(written));
    return unit === undefined || !/^\d+(?:\.\d+)?$/.test(value)
      ? undefined
      : Number(value) * secondsOf(unit);
  }
  if (typeof value !== 'number' || !(value >= 0)) return undefined;
  if (unit !== undefined) return value * secondsOf(unit);
  return MILLISECONDS.has(name) ? value / 1000 : undefined;
}

const secondsOf = (unit: string): number => SECONDS[unit.slice(0, 1)] ?? 1;
