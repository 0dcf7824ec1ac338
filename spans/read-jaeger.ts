/**
 * Jaeger's JSON, as its query API answers and its UI downloads and uploads:
 * internal/uimodel/model.go of Jaeger v2. See jaeger.ts for what becomes of
 * OTLP's fields there; times are microseconds.
 *
 * `{"data":[{"traceID":"…","spans":[{"traceID":"…","spanID":"051581bf3cb55c13","operationName":"GET /pets","references":[{"refType":"CHILD_OF","traceID":"…","spanID":"…"}],"startTime":1795363200123456,"duration":1001,"tags":[{"key":"span.kind","type":"string","value":"server"}],"logs":[],"processID":"p1"}],"processes":{"p1":{"serviceName":"petstore","tags":[]}}}]}`
 */
import type { JsonObject, JsonValue } from '../log/entry.ts';
import { objectOf, objectsOf, textOf } from './read-field.ts';
import { kindOf } from './read-ndjson.ts';
import { STATUS, type Span, type SpanEvent, type SpanStatus } from './span.ts';

/** One trace, or the answer with several. */
export function isJaegerJson(document: JsonObject): boolean {
  const traces = objectsOf(document['data']);
  return (
    Array.isArray(document['spans']) ||
    (Array.isArray(document['data']) && traces.every(({ spans }) => Array.isArray(spans)))
  );
}

/** All spans of a document, in its order. Throws a SyntaxError that names the field that is wrong. */
export function jaegerSpans(document: JsonObject): Span[] {
  if (Array.isArray(document['data'])) return objectsOf(document['data']).flatMap(jaegerSpans);
  const processes = objectOf(document['processes']);
  return objectsOf(document['spans']).map((span) => {
    const process = objectOf(span['process'] ?? processes[String(span['processID'])]);
    return jaegerSpan(span, process);
  });
}

function jaegerSpan(span: JsonObject, process: JsonObject): Span {
  const traceId = textOf(span, 'traceID').padStart(32, '0');
  const parentSpanId = parentOf(span, traceId);
  const start = microsOf(span, 'startTime');
  const { 'span.kind': kind, 'otel.status_code': _, error, ...tags } = tagsOf(span['tags']);
  const { 'otel.status_description': __, ...attributes } = tags;
  return {
    traceId,
    spanId: textOf(span, 'spanID').padStart(16, '0'),
    ...(parentSpanId !== undefined && { parentSpanId }),
    name: textOf(span, 'operationName'),
    kind: kindOf(kind),
    startTimeUnixNano: `${start * 1000n}`,
    endTimeUnixNano: `${(start + microsOf(span, 'duration')) * 1000n}`,
    status: statusOf(tagsOf(span['tags'])),
    attributes: error === undefined || error === true ? attributes : { ...attributes, error },
    events: objectsOf(span['logs']).map(jaegerEvent),
    links: linksOf(span, traceId, parentSpanId),
    resource: { 'service.name': textOf(process, 'serviceName'), ...tagsOf(process['tags']) },
    lines: [],
    warnings: Array.isArray(span['warnings'])
      ? span['warnings'].map((message) => ({ kind: 'jaeger', message: String(message) }))
      : [],
  };
}

/** The first reference to a parent in the same trace; older exports have `parentSpanID`. */
function parentOf(span: JsonObject, traceId: string): string | undefined {
  const reference = objectsOf(span['references']).find(
    ({ refType, traceID }) =>
      (refType === 'CHILD_OF' || refType === 'FOLLOWS_FROM') &&
      String(traceID).padStart(32, '0') === traceId,
  );
  const id = reference?.['spanID'] ?? span['parentSpanID'];
  return typeof id === 'string' && id !== '' ? id.padStart(16, '0') : undefined;
}

function linksOf(span: JsonObject, traceId: string, parentSpanId?: string): Span['links'] {
  return objectsOf(span['references'])
    .map((reference) => ({
      traceId: textOf(reference, 'traceID').padStart(32, '0'),
      spanId: textOf(reference, 'spanID').padStart(16, '0'),
      attributes: {},
    }))
    .filter((link) => link.traceId !== traceId || link.spanId !== parentSpanId);
}

function jaegerEvent(log: JsonObject): SpanEvent {
  const { event, ...attributes } = tagsOf(log['fields']);
  return {
    timeUnixNano: `${microsOf(log, 'timestamp') * 1000n}`,
    name: typeof event === 'string' ? event : '',
    attributes,
  };
}

function statusOf(tags: JsonObject): SpanStatus {
  const message = tags['otel.status_description'];
  const isError = tags['otel.status_code'] === 'ERROR' || tags['error'] === true;
  const code = isError
    ? STATUS.error
    : tags['otel.status_code'] === 'OK'
      ? STATUS.ok
      : STATUS.unset;
  return { code, ...(typeof message === 'string' && { message }) };
}

function tagsOf(list: JsonValue | undefined): JsonObject {
  return Object.fromEntries(
    objectsOf(list).map(({ key, value }) => [String(key), value ?? null] as const),
  );
}

function microsOf(object: JsonObject, key: string): bigint {
  const value = object[key];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  throw new SyntaxError(
    `expected microseconds as ${key} of a span, but got ${JSON.stringify(value)?.slice(0, 80) ?? 'none'}`,
  );
}
