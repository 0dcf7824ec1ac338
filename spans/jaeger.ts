/**
 * Jaeger's JSON, as its query API answers and its UI's "JSON File" upload
 * takes it: internal/uimodel/model.go of Jaeger v2, with OTLP mapped as its
 * translator does (tags `span.kind`, `otel.status_code`, `error`,
 * `otel.status_description`; events are logs with a field `event`).
 *
 * `{"traceID":"…","spans":[{"traceID":"…","spanID":"051581bf3cb55c13","operationName":"GET /pets","references":[],"startTime":1795363200123456,"duration":1001,"tags":[{"key":"span.kind","type":"string","value":"server"}],"logs":[],"processID":"p1","warnings":null}],"processes":{"p1":{"serviceName":"petstore","tags":[]}},"warnings":null}`
 */
import type { JsonObject, JsonValue } from '../log/entry.ts';
import { durationNanos, unixMicros } from './nanos.ts';
import { serviceName } from './service-name.ts';
import { SPAN_KIND, STATUS, type Span, type SpanEvent } from './span.ts';

export interface JaegerTrace {
  readonly traceID: string;
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, JaegerProcess>>;
  readonly warnings: null;
}

interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly JaegerReference[];
  /** Unix microseconds. */
  readonly startTime: number;
  /** Microseconds; 0 for a span that ends before it starts. */
  readonly duration: number;
  readonly tags: readonly JaegerTag[];
  readonly logs: readonly { readonly timestamp: number; readonly fields: readonly JaegerTag[] }[];
  readonly processID: string;
  readonly warnings: readonly string[] | null;
}

interface JaegerReference {
  readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM';
  readonly traceID: string;
  readonly spanID: string;
}

interface JaegerProcess {
  readonly serviceName: string;
  readonly tags: readonly JaegerTag[];
}

interface JaegerTag {
  readonly key: string;
  readonly type: 'string' | 'bool' | 'int64' | 'float64';
  readonly value: string | boolean | number;
}

/**
 * One trace of at least one span, all of the same trace id. Spans keep their
 * order, tags are sorted by key, and processes are `p1`, `p2`, … in order of
 * first use.
 */
export function jaegerTrace(spans: readonly Span[]): JaegerTrace {
  const processes = new Map<string, { id: string; process: JaegerProcess }>();
  const processIdOf = (span: Span): string => {
    const { 'service.name': _, ...rest } = span.resource;
    const process = { serviceName: serviceName(span), tags: tagsOf(rest) };
    const key = JSON.stringify(process);
    const known = processes.get(key) ?? { id: `p${processes.size + 1}`, process };
    processes.set(key, known);
    return known.id;
  };
  const jaegerSpans = spans.map((span) => jaegerSpan(span, processIdOf(span)));
  return {
    traceID: jaegerTraceId(spans[0]?.traceId ?? ''),
    spans: jaegerSpans,
    processes: Object.fromEntries([...processes.values()].map(({ id, process }) => [id, process])),
    warnings: null,
  };
}

/** The word for a kind, `''` for one that OTLP does not name. */
export function spanKindName(kind: number): string {
  return KIND_NAMES[kind] ?? '';
}

/** An attribute as the text that a search for it is compared with. */
export function attributeText(value: JsonValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value, sortKeys) : String(value);
}

/** Jaeger prints ids of 64 bits with 16 digits, though it keeps 128. */
export function jaegerTraceId(traceId: string): string {
  return traceId.startsWith(SIXTEEN_ZEROS) ? traceId.slice(16) : traceId;
}

const SIXTEEN_ZEROS = '0'.repeat(16);
const KIND_NAMES = ['', ...Object.keys(SPAN_KIND)];

function jaegerSpan(span: Span, processID: string): JaegerSpan {
  const nanos = durationNanos(span);
  const warnings = span.warnings.map(({ message }) => message);
  if (nanos < 0n) warnings.push(`ends ${-nanos} ns before it starts; shown with duration 0`);
  return {
    traceID: jaegerTraceId(span.traceId),
    spanID: span.spanId,
    operationName: span.name === '' ? 'empty-span-name' : span.name,
    references: references(span),
    startTime: unixMicros(span.startTimeUnixNano),
    duration: nanos < 0n ? 0 : Number(nanos / 1000n),
    tags: [...tagsOf(span.attributes), ...tagsOfFields(span)],
    logs: span.events.map(jaegerLog),
    processID,
    warnings: warnings.length === 0 ? null : warnings,
  };
}

/** The parent comes first; a link to the parent only says in which way it is one. */
function references(span: Span): JaegerReference[] {
  const { traceId, parentSpanId } = span;
  const links = span.links.map((link) => ({
    refType:
      link.attributes['opentracing.ref_type'] === 'child_of'
        ? ('CHILD_OF' as const)
        : ('FOLLOWS_FROM' as const),
    traceID: jaegerTraceId(link.traceId),
    spanID: link.spanId,
  }));
  if (parentSpanId === undefined) return links;
  const isParent = (link: JaegerReference): boolean =>
    link.spanID === parentSpanId && link.traceID === jaegerTraceId(traceId);
  const parent = {
    refType: links.findLast(isParent)?.refType ?? ('CHILD_OF' as const),
    traceID: jaegerTraceId(traceId),
    spanID: parentSpanId,
  };
  return [parent, ...links.filter((link) => !isParent(link))];
}

function tagsOfFields({ kind, status }: Span): JaegerTag[] {
  const tags: JaegerTag[] = [];
  const kindName = spanKindName(kind);
  if (kindName !== '') tags.push(tagOf('span.kind', kindName));
  if (status.code === STATUS.ok) tags.push(tagOf('otel.status_code', 'OK'));
  if (status.code === STATUS.error) {
    tags.push(tagOf('otel.status_code', 'ERROR'), tagOf('error', true));
  }
  if (status.message) tags.push(tagOf('otel.status_description', status.message));
  return tags;
}

function jaegerLog(event: SpanEvent): JaegerSpan['logs'][number] {
  const named = event.name !== '' && !Object.hasOwn(event.attributes, 'event');
  return {
    timestamp: unixMicros(event.timeUnixNano),
    fields: [...(named ? [tagOf('event', event.name)] : []), ...tagsOf(event.attributes)],
  };
}

function tagsOf(attributes: JsonObject): JaegerTag[] {
  return Object.keys(attributes)
    .sort()
    .map((key) => tagOf(key, attributes[key] ?? null));
}

function tagOf(key: string, value: JsonValue): JaegerTag {
  if (typeof value === 'boolean') return { key, type: 'bool', value };
  if (typeof value === 'number') {
    return { key, type: Number.isSafeInteger(value) ? 'int64' : 'float64', value };
  }
  return { key, type: 'string', value: attributeText(value) };
}

/** For `JSON.stringify`: nested values have sorted keys, as Jaeger's translator writes them. */
function sortKeys(_: string, value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
