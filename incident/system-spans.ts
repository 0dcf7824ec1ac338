import { createHash } from 'node:crypto';
import type { JsonObject } from '../log/entry.ts';
import { SPAN_KIND, STATUS, type Span } from '../spans/span.ts';
import type { Finding } from './describe.ts';

/**
 * What is to be said of an incident in the traces themselves: below the span
 * where each trace's trouble starts, a new span of service `system` that names
 * the event. Searching for its attributes finds all traces that the event
 * touched. None where no cause was found.
 *
 * A span's id is made of trace and event, so that the same finding always makes
 * the same spans. It lasts as long as event and trace have in common.
 */
export function incidentSpans({ report, concerned }: Finding): Span[] {
  const { rootCause } = report;
  if (rootCause === null) return [];
  const { event } = rootCause;
  const attributes = attributesOf(report, rootCause);
  return concerned.map(({ traceId, spanId, fromNanos, toNanos }) => {
    const start = clamp(event.startTimeUnixNano, fromNanos, toNanos);
    const end = clamp(event.endTimeUnixNano, start, toNanos);
    return {
      traceId,
      spanId: idOf(traceId, event.id),
      parentSpanId: spanId,
      name: `incident: ${event.kind}`,
      kind: SPAN_KIND.internal,
      startTimeUnixNano: start,
      endTimeUnixNano: end,
      status: { code: STATUS.unset },
      attributes,
      events: [],
      links: [],
      resource: { 'service.name': 'system', 'service.instance.id': 'system' },
      lines: event.lines,
      warnings: [],
    };
  });
}

function attributesOf(
  { id, windowSeconds }: Finding['report'],
  { event, lift, correctedPValue, score }: NonNullable<Finding['report']['rootCause']>,
): JsonObject {
  const { about, kind, summary, source, startTimeUnixNano, endTimeUnixNano } = event;
  const named = Object.entries(about).map(([name, value]) => [`one_log.incident.${name}`, value]);
  return {
    'one_log.incident.id': id,
    'one_log.incident.event': event.id,
    'one_log.incident.kind': kind,
    'one_log.incident.summary': summary,
    'one_log.incident.source': source,
    'one_log.incident.start_time_unix_nano': startTimeUnixNano,
    'one_log.incident.end_time_unix_nano': endTimeUnixNano,
    'one_log.incident.window_seconds': windowSeconds,
    ...(lift !== null && { 'one_log.incident.lift': lift }),
    'one_log.incident.p': correctedPValue,
    'one_log.incident.score': score,
    ...Object.fromEntries(named),
  };
}

/** Decimal strings of nanoseconds. */
function clamp(value: string, from: string, to: string): string {
  const nanos = BigInt(value);
  if (nanos < BigInt(from)) return from;
  return nanos > BigInt(to) ? to : value;
}

function idOf(traceId: string, eventId: string): string {
  const id = createHash('sha256').update(`${traceId}\u0000${eventId}`).digest('hex').slice(0, 16);
  return /^0+$/.test(id) ? '0000000000000001' : id;
}
