import type { Attributes, AttributeValue, HrTime } from '@opentelemetry/api';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { isJsonObject, type JsonObject, type JsonValue } from '../log/entry.ts';
import { durationNanos } from '../spans/nanos.ts';
import type { Span } from '../spans/span.ts';

/** Jaeger's UI shows the strings of this attribute as the span's warnings. */
export const WARNINGS_ATTRIBUTE = '@jaeger@warnings';
const SCOPE = { name: 'one-log' };
const SAMPLED = 1;

/**
 * A span in the shape that OpenTelemetry's exporters take, without an SDK.
 *
 * Times are exact to the nanosecond. A list of strings, numbers or booleans
 * stays a list; whatever is nested deeper becomes its JSON text, since an
 * attribute holds no more. Warnings go into `@jaeger@warnings`.
 *
 * `resources` gives the spans of one batch their shared resources: the OTLP
 * exporter groups by the object's identity.
 */
export function readableSpan(span: Span, resources: ResourceCache): ReadableSpan {
  const { traceId } = span;
  const context = (spanId: string) => ({ traceId, spanId, traceFlags: SAMPLED });
  const nanos = durationNanos(span);
  return {
    name: wellFormed(span.name),
    kind: span.kind - 1, // the API counts from internal = 0, OTLP from unspecified = 0
    spanContext: () => context(span.spanId),
    ...(span.parentSpanId === undefined ? {} : { parentSpanContext: context(span.parentSpanId) }),
    startTime: hrTime(span.startTimeUnixNano),
    endTime: hrTime(span.endTimeUnixNano),
    duration: hrTime(
      String(nanos > 0n ? nanos : 0n),
    ) /* 0 where a skewed clock has the end first */,
    status: {
      code: span.status.code,
      ...(span.status.message === undefined ? {} : { message: wellFormed(span.status.message) }),
    },
    attributes: { ...attributes(span.attributes), ...warningAttributes(span) },
    events: span.events.map((event) => ({
      name: wellFormed(event.name),
      time: hrTime(event.timeUnixNano),
      attributes: attributes(event.attributes),
    })),
    links: span.links.map((link) => ({
      context: { traceId: link.traceId, spanId: link.spanId, traceFlags: SAMPLED },
      attributes: attributes(link.attributes),
    })),
    ended: true,
    resource: resources.get(span.resource),
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Gives equal resources the same object; make one for each batch. */
export class ResourceCache {
  readonly #resources = new Map<string, Resource>();

  get(of: JsonObject): Resource {
    const key = JSON.stringify(of);
    let resource = this.#resources.get(key);
    if (!resource) {
      resource = resourceFromAttributes(attributes(of));
      this.#resources.set(key, resource);
    }
    return resource;
  }
}

/** `"1795363200123456789"` is `[1795363200, 123456789]`: a double would lose the last digits. */
function hrTime(unixNano: string): HrTime {
  return [Number(unixNano.slice(0, -9)), Number(unixNano.slice(-9))];
}

function warningAttributes({ warnings }: Span): Attributes {
  if (warnings.length === 0) return {};
  return {
    [WARNINGS_ATTRIBUTE]: warnings.map(({ kind, message }) => wellFormed(`${kind}: ${message}`)),
  };
}

export function attributes(from: JsonObject): Attributes {
  return Object.fromEntries(
    Object.entries(from).map(([key, value]) => [wellFormed(key), attributeValue(value)]),
  );
}

function attributeValue(value: JsonValue): AttributeValue {
  if (typeof value === 'string') return wellFormed(value);
  if (value === null || isJsonObject(value)) return jsonText(value);
  return Array.isArray(value) ? listValue(value) : value;
}

function listValue(values: readonly JsonValue[]): AttributeValue {
  if (values.every((value) => typeof value === 'string')) return values.map(wellFormed);
  if (values.every((value) => typeof value === 'number')) return values;
  if (values.every((value) => typeof value === 'boolean')) return values;
  return jsonText(values);
}

/** One attribute that cannot be written must not cost the batch. */
function jsonText(value: JsonValue | readonly JsonValue[]): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '(nested too deep)';
  }
}

/** Half a surrogate pair has no UTF-8, and one in a batch would spoil the batch. */
const wellFormed = (text: string): string => text.toWellFormed();
