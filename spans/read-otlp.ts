/**
 * OTLP's JSON, as OTLP over HTTP has it and the Collector's file exporter
 * writes it: opentelemetry/proto/collector/trace/v1/trace_service.proto in the
 * JSON mapping of https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 * (ids in hex, 64-bit numbers as texts).
 *
 * `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"petstore"}}]},"scopeSpans":[{"spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","name":"GET /pets","kind":2,"startTimeUnixNano":"1795363200123456000","endTimeUnixNano":"…"}]}]}]}`
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../log/entry.ts';
import { nanosOf, objectOf, objectsOf, textOf } from './read-field.ts';
import { kindOf, statusOf } from './read-ndjson.ts';
import type { Span } from './span.ts';

export function isOtlpJson(document: JsonObject): boolean {
  return Array.isArray(document['resourceSpans']);
}

/** All spans of a document, in its order. Throws a SyntaxError that names the field that is wrong. */
export function otlpSpans(document: JsonObject): Span[] {
  return objectsOf(document['resourceSpans']).flatMap((ofResource) => {
    const resource = attributesOf(objectOf(ofResource['resource'])['attributes']);
    return objectsOf(ofResource['scopeSpans'] ?? ofResource['instrumentationLibrarySpans'])
      .flatMap(({ spans }) => objectsOf(spans))
      .map((span) => otlpSpan(span, resource));
  });
}

function otlpSpan(span: JsonObject, resource: JsonObject): Span {
  const { parentSpanId } = span;
  const startTimeUnixNano = nanosOf(span, 'startTimeUnixNano');
  return {
    traceId: textOf(span, 'traceId').toLowerCase(),
    spanId: textOf(span, 'spanId').toLowerCase(),
    ...(typeof parentSpanId === 'string' &&
      parentSpanId !== '' && { parentSpanId: parentSpanId.toLowerCase() }),
    name: typeof span['name'] === 'string' ? span['name'] : '',
    kind: kindOf(span['kind']),
    startTimeUnixNano,
    endTimeUnixNano:
      'endTimeUnixNano' in span ? nanosOf(span, 'endTimeUnixNano') : startTimeUnixNano,
    status: statusOf(objectOf(span['status'])),
    attributes: attributesOf(span['attributes']),
    events: objectsOf(span['events']).map((event) => ({
      timeUnixNano: nanosOf(event, 'timeUnixNano'),
      name: typeof event['name'] === 'string' ? event['name'] : '',
      attributes: attributesOf(event['attributes']),
    })),
    links: objectsOf(span['links']).map((link) => ({
      traceId: textOf(link, 'traceId').toLowerCase(),
      spanId: textOf(link, 'spanId').toLowerCase(),
      attributes: attributesOf(link['attributes']),
    })),
    resource,
    lines: [],
    warnings: [],
  };
}

/** `[{key, value}]` as a plain object. */
function attributesOf(list: JsonValue | undefined): JsonObject {
  const attributes: JsonObject = {};
  for (const { key, value } of objectsOf(list)) {
    if (typeof key !== 'string') continue;
    // Defined, not assigned: a key may be `__proto__`.
    Object.defineProperty(attributes, key, {
      value: plainValue(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return attributes;
}

/** An AnyValue: exactly one of its fields is set, or none for null. */
function plainValue(value: JsonValue | undefined): JsonValue {
  if (!isJsonObject(value)) return null;
  const { stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue } =
    value;
  if (arrayValue !== undefined) return objectsOf(objectOf(arrayValue)['values']).map(plainValue);
  if (kvlistValue !== undefined) return attributesOf(objectOf(kvlistValue)['values']);
  if (intValue !== undefined || doubleValue !== undefined) {
    const number = Number(intValue ?? doubleValue);
    const isExact = intValue === undefined || Number.isSafeInteger(number);
    return isExact ? number : String(intValue);
  }
  return stringValue ?? boolValue ?? bytesValue ?? null;
}
