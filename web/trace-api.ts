import type { PlacedLine } from '../export/trace-reader.ts';
import type { TraceStore } from '../export/trace-store.ts';
import { lineKey } from '../spans/line-key.ts';
import { serviceName } from '../spans/service-name.ts';
import type { Span } from '../spans/span.ts';
import { numberParam } from './number-param.ts';

/** A span without what only its own view shows, which is most of its bytes. */
interface SpanOutline extends Omit<
  Span,
  'traceId' | 'attributes' | 'events' | 'links' | 'resource' | 'lines'
> {
  readonly service: string;
  /** Places of its lines among all lines of the trace, see `TraceLines`. */
  readonly lines: readonly number[];
}

/** `GET /api/one-log/traces/:id`: what the waterfall draws, spans by start. */
export interface TraceOutline {
  readonly traceId: string;
  readonly spans: readonly SpanOutline[];
  /** How many log lines there are in all of the trace. */
  readonly lineCount: number;
  /** Of all traces: what colours are counted by. */
  readonly services: readonly string[];
}

/** `GET /api/one-log/traces/:id/lines`: from `offset` on, in the order they were read. */
export interface TraceLines {
  readonly lines: readonly PlacedLine[];
}

/** `GET /api/one-log/traces/:id/spans/:span`: all of one span, with the lines it was rebuilt from. */
export interface SpanDetail {
  readonly span: Span;
  readonly lines: readonly PlacedLine[];
}

/** Undefined where the trace is not held. */
export function outlineTrace(store: TraceStore, traceId: string): TraceOutline | undefined {
  const spans = store.queries.spans(traceId);
  if (spans.length === 0) return undefined;
  const placeOf = placesByKey(store, traceId);
  return {
    traceId,
    spans: spans.map((span) => outlineOf(span, placeOf)),
    lineCount: placeOf.size,
    services: store.queries.services(),
  };
}

/** Undefined where the span is not held. */
export function detailSpan(
  store: TraceStore,
  traceId: string,
  spanId: string,
): SpanDetail | undefined {
  const span = store.reader.span(traceId, spanId);
  if (span === undefined) return undefined;
  const placeOf = placesByKey(store, traceId);
  const lines = store.reader.linesOf(traceId, span.lines);
  return { span, lines: lines.map((line) => ({ ...line, place: placeOf.get(line.key) ?? 0 })) };
}

/**
 * `limit` lines (default and most 500) from `offset` on, or those around the
 * one whose key is `around`. Throws BadParameter.
 */
export function linesOfTrace(
  store: TraceStore,
  traceId: string,
  params: URLSearchParams,
): TraceLines {
  const limit = Math.round(numberParam(params, 'limit', 1, 500) ?? 500);
  const around = params.get('around');
  const place =
    around === null ? undefined : Math.max(0, store.reader.lineKeys(traceId).indexOf(around));
  const offset =
    place === undefined
      ? Math.round(numberParam(params, 'offset', 0, 1e9) ?? 0)
      : Math.max(0, place - Math.floor(limit / 2));
  return { lines: store.reader.lines(traceId, offset, limit) };
}

function placesByKey({ reader }: TraceStore, traceId: string): ReadonlyMap<string, number> {
  return new Map(reader.lineKeys(traceId).map((key, place) => [key, place]));
}

function outlineOf(span: Span, placeOf: ReadonlyMap<string, number>): SpanOutline {
  const { spanId, parentSpanId, name, kind, startTimeUnixNano, endTimeUnixNano } = span;
  const { status, warnings } = span;
  return {
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    kind,
    startTimeUnixNano,
    endTimeUnixNano,
    status,
    warnings,
    service: serviceName(span),
    lines: span.lines.flatMap((line) => placeOf.get(lineKey(line)) ?? []),
  };
}
