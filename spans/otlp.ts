/**
 * OTLP in JSON: an ExportTraceServiceRequest, as OpenTelemetry's file exporter
 * writes them, one a line, and its otlpjsonfile receiver and Jaeger's upload
 * read them. Definition: opentelemetry/proto/collector/trace/v1 and
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: ids are
 * hex, 64-bit integers are decimal strings, enums are integers.
 *
 * `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"petstore"}}]},"scopeSpans":[{"scope":{"name":"one-log"},"spans":[{"traceId":"…","spanId":"…","name":"GET /pets","kind":2,"startTimeUnixNano":"1795363200123456000","endTimeUnixNano":"…","attributes":[],"events":[],"links":[],"status":{"code":0}}]}]}]}`
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../log/entry.ts';
import { lineKey } from './line-key.ts';
import type { Span, SpanStatus } from './span.ts';

export interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly [
      { readonly scope: { readonly name: string }; readonly spans: readonly OtlpSpan[] },
    ];
  }[];
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly events: readonly {
    readonly timeUnixNano: string;
    readonly name: string;
    readonly attributes: readonly OtlpAttribute[];
  }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: readonly OtlpAttribute[];
  }[];
  readonly status: SpanStatus;
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

/** OTLP's AnyValue; `{}` is null. */
type OtlpValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly OtlpValue[] } }
  | { readonly kvlistValue: { readonly values: readonly OtlpAttribute[] } }
  | Record<string, never>;

/**
 * Spans of one resource come together, in their order. What OTLP has no place
 * for becomes attributes: warnings as Jaeger's UI shows them, and the lines that
 * a span was rebuilt from as `one_log.lines`.
 */
export function otlpRequest(spans: readonly Span[]): OtlpRequest {
  const byResource = Map.groupBy(spans, ({ resource }) => JSON.stringify(resource));
  return {
    resourceSpans: [...byResource.values()].map((group) => ({
      resource: { attributes: attributesOf(group[0]?.resource ?? {}) },
      scopeSpans: [{ scope: { name: 'one-log' }, spans: group.map(otlpSpan) }],
    })),
  };
}

function otlpSpan(span: Span): OtlpSpan {
  const { traceId, spanId, parentSpanId, name, kind, startTimeUnixNano, endTimeUnixNano } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind,
    startTimeUnixNano,
    endTimeUnixNano,
    attributes: [...attributesOf(span.attributes), ...attributesOf(oursOf(span))],
    events: span.events.map((event) => ({ ...event, attributes: attributesOf(event.attributes) })),
    links: span.links.map((link) => ({ ...link, attributes: attributesOf(link.attributes) })),
    status: span.status,
  };
}

function oursOf({ lines, warnings }: Span): JsonObject {
  return {
    ...(lines.length > 0 && { 'one_log.lines': lines.map(lineKey) }),
    ...(warnings.length > 0 && {
      '@jaeger@warnings': warnings.map(({ kind, message }) => `${kind}: ${message}`),
    }),
  };
}

const attributesOf = (object: JsonObject): OtlpAttribute[] =>
  Object.entries(object).map(([key, value]) => ({ key, value: otlpValue(value) }));

function otlpValue(value: JsonValue): OtlpValue {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  if (isJsonObject(value)) return { kvlistValue: { values: attributesOf(value) } };
  return { arrayValue: { values: value.map(otlpValue) } };
}
