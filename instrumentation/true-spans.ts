/**
 * The SDK's own account of its spans, one JSON object a line in the form of
 * `onelog spans --format ndjson`: the oracle that rebuilt spans are tested
 * against. No part of One Log reads it outside tests.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { JsonObject } from '../log/entry.ts';
import { unixNano } from './span-time.ts';

/** Appends every ended span to `file` before `end()` returns, so that no way of dying loses one. */
export class TrueSpans implements SpanProcessor {
  readonly #fd: number;
  readonly #resource: JsonObject;

  constructor(file: string, resource: JsonObject) {
    this.#fd = openSync(file, 'a', 0o600);
    this.#resource = resource;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    writeSync(this.#fd, `${JSON.stringify(trueSpan(span, this.#resource))}\n`);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    closeSync(this.#fd);
  }
}

function trueSpan(span: ReadableSpan, resource: JsonObject): object {
  const { traceId, spanId } = span.spanContext();
  const parentSpanId = span.parentSpanContext?.spanId;
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name: span.name,
    kind: span.kind + 1, // OTLP's integer: 0 is "unspecified" there
    startTimeUnixNano: unixNano(span.startTime),
    endTimeUnixNano: unixNano(span.endTime),
    status: span.status,
    attributes: span.attributes,
    events: span.events.map(({ time, name, attributes = {} }) => ({
      timeUnixNano: unixNano(time),
      name,
      attributes,
    })),
    links: span.links.map(({ context, attributes = {} }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      attributes,
    })),
    resource,
    lines: [],
    warnings: [],
  };
}
