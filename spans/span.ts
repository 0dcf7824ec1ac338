import type { JsonObject } from '../log/entry.ts';

/**
 * A span with OTLP's names, as `onelog spans --format ndjson` prints it: the
 * only span type in One Log. Free functions over it live beside this file.
 *
 * Definition: https://opentelemetry.io/docs/specs/otlp/ and
 * opentelemetry/proto/trace/v1/trace.proto; ids are lower-case hex, times are
 * decimal strings of Unix nanoseconds (they do not fit a double), `kind` and
 * `status.code` are OTLP's integers, attributes are a plain object.
 */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Absent at a root. */
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: SpanStatus;
  readonly attributes: JsonObject;
  /** Ordered by time. Those made from log lines have `one_log.line` among their attributes. */
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /** Flat: `{"service.name": …, "service.instance.id": …}`. */
  readonly resource: JsonObject;
  /** The log lines this span was rebuilt from, in the order they were read. */
  readonly lines: readonly LineRef[];
  /** What was repaired or inferred; empty for an exact span. */
  readonly warnings: readonly SpanWarning[];
}

/** OTLP's SpanKind. */
export const SPAN_KIND = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
export type SpanKind = (typeof SPAN_KIND)[keyof typeof SPAN_KIND];

/** OTLP's StatusCode. */
export const STATUS = { unset: 0, ok: 1, error: 2 } as const;
export interface SpanStatus {
  readonly code: (typeof STATUS)[keyof typeof STATUS];
  readonly message?: string;
}

export interface SpanEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: JsonObject;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: JsonObject;
}

/** Where a line is: in the firehose by instance and seq, in a raw file by name and 1-based line. */
export type LineRef =
  | { readonly instance: string; readonly seq: number }
  | { readonly file: string; readonly line: number };

export interface SpanWarning {
  /** A short stable word, such as `missing-end`. */
  readonly kind: string;
  /** For people. */
  readonly message: string;
  /** 0 to 1, of what was inferred. */
  readonly confidence?: number;
  readonly before?: string;
  readonly after?: string;
}
