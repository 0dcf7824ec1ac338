/** How a span under way becomes a span: by its end line, or without one. */
import type { JsonObject, JsonValue, LogEntry } from '../log/entry.ts';
import type { Boundary } from './boundary.ts';
import type { EntryLine } from './entry-line.ts';
import { lineKey, lineRef } from './line-key.ts';
import { SPAN_KIND, STATUS, type Span, type SpanEvent, type SpanWarning } from './span.ts';
import type { SpanLines, SpanEnding } from './span-lines.ts';

/** A span whose end line is there: it says all; the other lines become events. */
export function completeSpan(open: SpanLines<EntryLine>): Span {
  const end = boundaryOf(open.end);
  const endTimeUnixNano = end.endTimeUnixNano ?? end.startTimeUnixNano;
  return {
    ...fromBoundary(open, end, endTimeUnixNano),
    endTimeUnixNano,
    warnings: droppedLines(open),
  };
}

/** A span known by its start alone: an error that ends with its last sign of life. */
export function incompleteSpan(open: SpanLines<EntryLine>, ending: SpanEnding): Span {
  const start = boundaryOf(open.start);
  const lastSeconds = ending.atSeconds ?? Math.max(...open.lines.map(({ ts }) => ts));
  const endTimeUnixNano = laterNanos(start.startTimeUnixNano, secondsToNanos(lastSeconds));
  const span = fromBoundary(open, start, endTimeUnixNano);
  return {
    ...span,
    endTimeUnixNano,
    status: { code: STATUS.error, message: ending.message },
    attributes: { ...span.attributes, 'one_log.incomplete': true },
    warnings: [
      { kind: ending.kind, message: ending.message, after: endTimeUnixNano },
      ...droppedLines(open),
    ],
  };
}

/**
 * The end of a span that had already been given as incomplete: a child of
 * service `system`, since a span once given cannot be amended.
 */
export function lateEndSpan(line: EntryLine): Span {
  const { entry } = line;
  const end = boundaryOf(line);
  const { traceId, spanId } = idsOf(line);
  return {
    traceId,
    spanId: derivedSpanId(spanId),
    parentSpanId: spanId,
    name: 'late end',
    kind: SPAN_KIND.internal,
    startTimeUnixNano: end.startTimeUnixNano,
    endTimeUnixNano: end.endTimeUnixNano ?? end.startTimeUnixNano,
    status: end.status,
    attributes: { ...end.attributes, 'one_log.span_name': end.name },
    events: end.events,
    links: end.links,
    resource: { 'service.name': 'system', 'service.instance.id': entry.instance },
    lines: [lineRef(entry)],
    warnings: [
      { kind: 'late-end', message: 'the end of the span above came after it had been closed' },
    ],
  };
}

function boundaryOf(line: EntryLine | undefined): Boundary {
  if (line?.says === undefined) throw new TypeError('a boundary line was expected');
  return line.says;
}

/** The ids of a line that has some. */
function idsOf({ entry: { log } }: EntryLine): { traceId: string; spanId: string } {
  return { traceId: String(log['trace_id']), spanId: String(log['span_id']) };
}

function fromBoundary(
  open: SpanLines<EntryLine>,
  boundary: Boundary,
  endTimeUnixNano: string,
): Span {
  const { name, kind, parentSpanId, startTimeUnixNano, status, attributes, links } = boundary;
  const lineEvents = open.lines
    .filter(({ entry: { log } }) => log['msg'] !== 'span start' && log['msg'] !== 'span end')
    .map(({ entry }) => lineEvent(entry, startTimeUnixNano, endTimeUnixNano));
  const events =
    lineEvents.length === 0
      ? boundary.events
      : [...boundary.events, ...lineEvents].sort((a, b) =>
          compareNanos(a.timeUnixNano, b.timeUnixNano),
        );
  return {
    ...idsOf(open.first),
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind,
    startTimeUnixNano,
    endTimeUnixNano,
    status,
    attributes,
    events,
    links,
    resource: { 'service.name': open.node, 'service.instance.id': open.instance },
    lines: open.lines.map(({ entry }) => lineRef(entry)),
    warnings: [],
  };
}

function droppedLines({ droppedLines: count }: SpanLines<EntryLine>): SpanWarning[] {
  if (count === 0) return [];
  return [{ kind: 'lines-dropped', message: `${count} more log lines of this span are not kept` }];
}

/** Fields of a line that the span itself says already. */
export const SPAN_FIELDS = new Set([
  'trace_id',
  'span_id',
  'trace_flags',
  'time',
  'msg',
  'message',
]);

/**
 * A log line within a span as an event named by its message, marked
 * `one_log.line` with where the line is. An exception also gets the
 * semantic conventions' attributes.
 */
function lineEvent(entry: LogEntry, startNanos: string, endNanos: string): SpanEvent {
  const { log } = entry;
  const attributes: JsonObject = { 'one_log.line': lineKey(lineRef(entry)) };
  for (const [key, value] of Object.entries(log)) {
    if (!SPAN_FIELDS.has(key)) Object.defineProperty(attributes, key, { value, ...OWN });
  }
  return {
    timeUnixNano: eventTime(log['time'], entry.ts, startNanos, endNanos),
    name: messageOf(log),
    attributes: { ...attributes, ...exceptionAttributes(log['error'] ?? log['err']) },
  };
}

/** Defined, not assigned: a key may be `__proto__`. */
const OWN = { enumerable: true, configurable: true, writable: true };

function messageOf(log: JsonObject): string {
  const text = log['msg'] ?? log['message'];
  return typeof text === 'string' && text !== '' ? text : 'log';
}

function exceptionAttributes(error: JsonValue | undefined): JsonObject {
  if (typeof error !== 'object' || error === null || Array.isArray(error)) return {};
  const { type, message, stack } = error;
  return {
    ...(typeof type === 'string' && { 'exception.type': type }),
    ...(typeof message === 'string' && { 'exception.message': message }),
    ...(typeof stack === 'string' && { 'exception.stacktrace': stack }),
  };
}

/**
 * The line's own time where it has one. Loggers round down to the millisecond,
 * so a line can seem to be up to that much before its span: it is then put at
 * the span's edge.
 */
function eventTime(
  own: JsonValue | undefined,
  readSeconds: number,
  startNanos: string,
  endNanos: string,
): string {
  if (typeof own !== 'number' || !Number.isFinite(own) || own <= 0) {
    return secondsToNanos(readSeconds);
  }
  const nanos = millisToNanos(own);
  if (compareNanos(nanos, startNanos) >= 0) return nanos;
  const nextMillisecond = millisToNanos(own + 1);
  if (compareNanos(nextMillisecond, startNanos) < 0) return nanos;
  return compareNanos(startNanos, endNanos) <= 0 ? startNanos : endNanos;
}

function millisToNanos(millis: number): string {
  return Number.isInteger(millis) ? `${millis}000000` : `${Math.round(millis * 1e3)}000`;
}

function secondsToNanos(seconds: number): string {
  return `${Math.round(seconds * 1e6)}000`;
}

/** Compares decimal strings of whole numbers without leading zeros by value. */
function compareNanos(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

function laterNanos(a: string, b: string): string {
  return compareNanos(a, b) >= 0 ? a : b;
}

/** An id for the one span of ours below `spanId`: its bits inverted, which is as unlikely as any to be taken. */
function derivedSpanId(spanId: string): string {
  const inverted = (~BigInt(`0x${spanId}`) & 0xffff_ffff_ffff_ffffn).toString(16).padStart(16, '0');
  return inverted === '0000000000000000' ? '0000000000000001' : inverted;
}
