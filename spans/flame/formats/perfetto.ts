/**
 * Chrome's trace events as JSON, opened by https://ui.perfetto.dev and
 * chrome://tracing:
 * https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
 * A service is a process with one track; only where its spans overlap without
 * one being within the other, which a track cannot show, it has further ones.
 * Log lines are instants. Times are microseconds since the first span began.
 *
 * `{"ph":"X","pid":1,"tid":1,"ts":0,"dur":1001.334,"name":"GET /pets","cat":"server","args":{"trace_id":"…","span_id":"…","self_us":1001}}`
 */
import { spanKindName } from '../../jaeger.ts';
import type { SpanEvent } from '../../span.ts';
import type { TraceNode } from '../../trace-tree.ts';
import { frameLabel } from '../call-tree.ts';
import type { MeasuredTrace } from '../measured-trace.ts';
import { wholeUnits } from '../self-time.ts';
import { Tracks } from '../tracks.ts';

/** The document in pieces. `self_us` of all spans add up to the total of the other formats. */
export function* perfettoJson(traces: readonly MeasuredTrace[]): Generator<string> {
  const origin = traces.reduce<bigint | undefined>(
    (least, { tree }) => (least === undefined || tree.origin < least ? tree.origin : least),
    undefined,
  );
  yield `{"displayTimeUnit":"ns","otherData":{"exporter":"one-log","origin_unix_nano":"${origin ?? 0n}"},"traceEvents":[`;
  let separator = '\n';
  for (const event of traceEvents(traces, origin ?? 0n)) {
    yield `${separator}${JSON.stringify(event)}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}

interface PlacedSpan {
  readonly node: TraceNode;
  readonly selfMicros: number;
  /** In nanoseconds since the first span began. */
  readonly start: number;
  readonly end: number;
}

function* traceEvents(traces: readonly MeasuredTrace[], origin: bigint): Generator<object> {
  yield* criticalEvents(traces, origin);
  const tracks = new Tracks<TraceNode>();
  for (const { node, start, end, selfMicros } of placedSpans(traces, origin)) {
    const { pid, tid, isNew } = tracks.place(node.service, {
      key: node,
      within: node.parent,
      start,
      end,
    });
    if (isNew) yield* trackNames(node.service, pid, tid);
    const { span } = node;
    yield {
      ph: 'X',
      pid,
      tid,
      ts: start / 1e3,
      dur: (end - start) / 1e3,
      name: span.name,
      cat: spanKindName(span.kind),
      args: {
        trace_id: span.traceId,
        span_id: span.spanId,
        self_us: selfMicros,
        ...(span.status.code === 2 && { error: span.status.message ?? true }),
        ...(span.warnings.length > 0 && { warnings: span.warnings.map(({ message }) => message) }),
        ...span.attributes,
      },
    };
    for (const event of span.events) yield instant(event, { pid, tid }, origin);
  }
}

/** Where the critical path is what counts, each section once more, on a track above all. */
function* criticalEvents(traces: readonly MeasuredTrace[], origin: bigint): Generator<object> {
  const tracks = new Tracks<object>();
  const sections = traces
    .flatMap(({ tree, criticalParts }) => {
      const offset = Number(tree.origin - origin);
      return criticalParts.map(({ node, start, end }) => ({
        node,
        start: offset + start,
        end: offset + end,
      }));
    })
    .sort((a, b) => a.start - b.start || b.end - a.end);
  for (const section of sections) {
    const { node, start, end } = section;
    const { tid, isNew } = tracks.place(CRITICAL, { key: section, within: undefined, start, end });
    if (isNew) yield* trackNames(CRITICAL, CRITICAL_PID, tid);
    const { traceId: trace_id, spanId: span_id } = node.span;
    yield {
      ph: 'X',
      pid: CRITICAL_PID,
      tid,
      ts: start / 1e3,
      dur: (end - start) / 1e3,
      name: frameLabel({ service: node.service, name: node.span.name }),
      cat: 'critical',
      args: { trace_id, span_id },
    };
  }
}

const CRITICAL = 'critical path';
/** Those of services begin with 1. */
const CRITICAL_PID = 0;

/** By start, and parents before what starts with them. */
function placedSpans(traces: readonly MeasuredTrace[], origin: bigint): PlacedSpan[] {
  const micros = wholeUnits(
    traces.flatMap(({ selfNanos }) => selfNanos),
    1_000,
  );
  let index = 0;
  return traces
    .flatMap(({ tree }) => {
      const offset = Number(tree.origin - origin);
      return tree.nodes.map((node) => ({
        node,
        selfMicros: micros[index++] ?? 0,
        start: offset + node.start,
        end: offset + node.end,
      }));
    })
    .sort((a, b) => a.start - b.start || b.end - a.end);
}

function* trackNames(service: string, pid: number, tid: number): Generator<object> {
  if (tid === 1) yield { ph: 'M', pid, name: 'process_name', args: { name: service } };
  const name = tid === 1 ? service : `${service} (${tid})`;
  yield { ph: 'M', pid, tid, name: 'thread_name', args: { name } };
}

function instant(
  { timeUnixNano, name, attributes }: SpanEvent,
  track: { readonly pid: number; readonly tid: number },
  origin: bigint,
): object {
  return {
    ph: 'i',
    s: 't',
    ...track,
    ts: Number(BigInt(timeUnixNano) - origin) / 1e3,
    name,
    cat: 'one_log.line' in attributes ? 'log' : 'event',
    args: attributes,
  };
}
