import type { JsonObject, LogEntry } from '../../log/entry.ts';
import type { SpanEvent } from '../span.ts';

/** Unix seconds as a decimal string of nanoseconds, exact to the microsecond. */
export function unixNano(seconds: number): string {
  return `${Math.max(0, Math.round(seconds * 1e6))}000`;
}

/** When a line was written: its own `time` in Unix milliseconds where it has one, else when it was read. Seconds. */
export function writtenSeconds({ log, ts }: LogEntry): number {
  const { time } = log;
  const seconds = typeof time === 'number' ? time / 1000 : Number.NaN;
  return Math.abs(seconds - ts) < DAY ? seconds : ts;
}

/** A log line as an event of its span: named by its message, with the line's fields. */
export function lineEvent(entry: LogEntry, name: string): SpanEvent {
  const attributes: JsonObject = { 'one_log.line': `${entry.instance}#${entry.seq}` };
  for (const [key, value] of Object.entries(entry.log)) {
    if (SAID.has(key)) continue;
    // Defined, not assigned: a key may be `__proto__`.
    Object.defineProperty(attributes, key, { value, enumerable: true });
  }
  return { timeUnixNano: unixNano(writtenSeconds(entry)), name, attributes };
}

const DAY = 86_400;
/** Fields that the span or the event itself says already. */
const SAID = new Set(['trace_id', 'span_id', 'trace_flags', 'time', 'msg', 'message']);
