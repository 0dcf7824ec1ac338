/**
 * A boundary line: a log line that says where a span starts or ends.
 *
 * `{"msg":"span end","trace_id":"4bf9…","span_id":"00f0…","trace_flags":"01","parent_span_id":"…","span_name":"POST /pets","span_kind":"server","start_time_unix_nano":"1795363200123456000","end_time_unix_nano":"…","status":{"code":0},"attributes":{…},"events":[…],"links":[…]}`
 *
 * The end line repeats all that the start said.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../log/entry.ts';
import {
  SPAN_KIND,
  STATUS,
  type SpanEvent,
  type SpanKind,
  type SpanLink,
  type SpanStatus,
} from './span.ts';

export interface Boundary {
  readonly at: 'start' | 'end';
  readonly name: string;
  readonly kind: SpanKind;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  /** On an end line alone. */
  readonly endTimeUnixNano?: string;
  readonly status: SpanStatus;
  readonly attributes: JsonObject;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}

const NANOS = /^\d{1,20}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;

/** Gives undefined for a line that is no boundary, or a broken one: it is then a line like any other. */
export function parseBoundary(log: JsonObject): Boundary | undefined {
  const at = log['msg'] === 'span start' ? 'start' : log['msg'] === 'span end' ? 'end' : undefined;
  if (at === undefined) return undefined;
  const name = log['span_name'];
  const start = log['start_time_unix_nano'];
  const end = log['end_time_unix_nano'];
  const parent = log['parent_span_id'];
  if (typeof name !== 'string' || !isNanos(start)) return undefined;
  if (at === 'end' && !isNanos(end)) return undefined;
  return {
    at,
    name,
    kind: parseKind(log['span_kind']),
    ...(isSpanId(parent) && { parentSpanId: parent }),
    startTimeUnixNano: start,
    ...(at === 'end' && isNanos(end) && { endTimeUnixNano: end }),
    status: parseStatus(log['status']),
    attributes: isJsonObject(log['attributes']) ? log['attributes'] : {},
    events: parseEvents(log['events']),
    links: parseLinks(log['links']),
  };
}

/** 16 lower-case hex digits, not all zero. */
export function isSpanId(value: unknown): value is string {
  return typeof value === 'string' && SPAN_ID.test(value);
}

/** 32 lower-case hex digits, not all zero. */
export function isTraceId(value: unknown): value is string {
  return typeof value === 'string' && TRACE_ID.test(value);
}

/** A decimal string of nanoseconds, as Unix time in 64 bits has. */
function isNanos(value: unknown): value is string {
  return typeof value === 'string' && NANOS.test(value);
}

function parseKind(value: JsonValue | undefined): SpanKind {
  return typeof value === 'string' && Object.hasOwn(SPAN_KIND, value)
    ? SPAN_KIND[value as keyof typeof SPAN_KIND]
    : SPAN_KIND.internal;
}

export function parseStatus(value: JsonValue | undefined): SpanStatus {
  if (!isJsonObject(value)) return { code: STATUS.unset };
  const { code, message } = value;
  return {
    code: code === STATUS.ok || code === STATUS.error ? code : STATUS.unset,
    ...(typeof message === 'string' && { message }),
  };
}

const parseEvents = (value: JsonValue | undefined): readonly SpanEvent[] =>
  parseList(value, parseEvent);

export const parseLinks = (value: JsonValue | undefined): readonly SpanLink[] =>
  parseList(value, parseLink);

/** What is no list is an empty one; an item that is not understood is left out. */
function parseList<Item>(
  value: JsonValue | undefined,
  parse: (item: JsonObject) => Item | undefined,
): readonly Item[] {
  if (!Array.isArray(value) || value.length === 0) return [];
  return value.filter(isJsonObject).flatMap((item) => parse(item) ?? []);
}

/** `{time_unix_nano, name, attributes}`; OTLP's own spelling is understood as well. */
function parseEvent(event: JsonObject): SpanEvent | undefined {
  const timeUnixNano = event['time_unix_nano'] ?? event['timeUnixNano'];
  const { name, attributes } = event;
  if (!isNanos(timeUnixNano) || typeof name !== 'string') return undefined;
  return { timeUnixNano, name, attributes: isJsonObject(attributes) ? attributes : {} };
}

/** `{trace_id, span_id, attributes}`; OTLP's own spelling is understood as well. */
function parseLink(link: JsonObject): SpanLink | undefined {
  const traceId = link['trace_id'] ?? link['traceId'];
  const spanId = link['span_id'] ?? link['spanId'];
  const { attributes } = link;
  if (!isTraceId(traceId) || !isSpanId(spanId)) return undefined;
  return { traceId, spanId, attributes: isJsonObject(attributes) ? attributes : {} };
}
