/**
 * Span boundaries as log lines: one when a span starts and one when it ends,
 * which says all. A span whose process dies is still known by its start.
 *
 * `{"level":30,"time":1795363200123,"msg":"span start","trace_id":"…","span_id":"…","trace_flags":"01","span_name":"GET","span_kind":"server","start_time_unix_nano":"1795363200123000000","status":{"code":0},"attributes":{…},"events":[],"links":[]}`
 *
 * Inside a line the names are the wire's: an event is `{time_unix_nano, name,
 * attributes}`, a link is `{trace_id, span_id, attributes}`.
 */
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { unixNano } from './span-time.ts';
import { stdout } from './stdout.ts';

/** The SDK's SpanKind as the wire's word; the SDK counts from 0, OTLP from 1. */
const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const;

let silenced = false;

/** No boundary lines from here on: an application that logs free text has none. */
export function silenceSpanLines(): void {
  silenced = true;
}

/** Writes both lines of every span to stdout as they happen. */
export class SpanLines implements SpanProcessor {
  onStart(span: ReadableSpan): void {
    if (!silenced) stdout.write(`${opening('span start', span)},${content(span)}}\n`);
  }

  onEnd(span: ReadableSpan): void {
    if (silenced) return;
    const end = unixNano(span.endTime);
    stdout.write(`${opening('span end', span)},"end_time_unix_nano":"${end}",${content(span)}}\n`);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

/** What is known for good once a span has started, and its name so far. */
function opening(msg: string, span: ReadableSpan): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const parent = span.parentSpanContext?.spanId;
  return (
    `{"level":30,"time":${Date.now()},"msg":"${msg}",` +
    `"trace_id":"${traceId}","span_id":"${spanId}","trace_flags":"${hexByte(traceFlags)}",` +
    (parent === undefined ? '' : `"parent_span_id":"${parent}",`) +
    `"span_name":${JSON.stringify(span.name)},"span_kind":"${KINDS[span.kind]}",` +
    `"start_time_unix_nano":"${unixNano(span.startTime)}"`
  );
}

function content(span: ReadableSpan): string {
  return (
    `"status":${JSON.stringify(span.status)},"attributes":${JSON.stringify(span.attributes)},` +
    `"events":${list(span.events, ({ time, name, attributes = {} }) => ({ time_unix_nano: unixNano(time), name, attributes }))},` +
    `"links":${list(span.links, ({ context, attributes = {} }) => ({ trace_id: context.traceId, span_id: context.spanId, attributes }))}`
  );
}

const list = <T>(items: readonly T[], wire: (item: T) => object): string =>
  items.length === 0 ? '[]' : JSON.stringify(items.map((item) => wire(item)));

const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0');
