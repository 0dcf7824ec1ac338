import type { JsonObject, LogEntry } from '../../log/entry.ts';

/** Ids that can be told apart at a glance: `trace(1)` ends in 1. */
export const traceId = (n: number): string => n.toString(16).padStart(32, 'a0');
export const spanId = (n: number): string => n.toString(16).padStart(16, 'b0');

const nanos = (seconds: number): string => `${Math.round(seconds * 1e6)}000`;

/** A log in the making: each call is one line at a time given in seconds; `seq` counts by itself. */
export class ScriptedLog {
  readonly entries: LogEntry[] = [];
  readonly #seqs = new Map<string, number>();

  line(at: number, node: string, log: JsonObject): LogEntry {
    const seq = this.#seqs.get(node) ?? 0;
    this.#seqs.set(node, seq + 1);
    const entry: LogEntry = {
      ts: at,
      node,
      instance: `${node}@h/1.1`,
      stream: 'stdout',
      seq,
      log,
      text: JSON.stringify({ ts: at, node, seq, log }),
    };
    this.entries.push(entry);
    return entry;
  }

  start(at: number, node: string, trace: number, span: number, more: JsonObject = {}): LogEntry {
    return this.line(at, node, { msg: 'span start', ...boundary(trace, span, at), ...more });
  }

  end(
    at: number,
    node: string,
    trace: number,
    span: number,
    startedAt: number,
    more: JsonObject = {},
  ): LogEntry {
    return this.line(at, node, {
      msg: 'span end',
      ...boundary(trace, span, startedAt),
      end_time_unix_nano: nanos(at),
      ...more,
    });
  }

  within(
    at: number,
    node: string,
    trace: number,
    span: number,
    msg: string,
    more: JsonObject = {},
  ): LogEntry {
    return this.line(at, node, {
      trace_id: traceId(trace),
      span_id: spanId(span),
      trace_flags: '01',
      msg,
      ...more,
    });
  }

  exited(at: number, node: string, how: JsonObject): LogEntry {
    return this.line(at, 'driver', { msg: 'exited', node, instance: `${node}@h/1.1`, ...how });
  }

  tick(at: number): LogEntry {
    return this.line(at, 'driver', { tick: true });
  }
}

function boundary(trace: number, span: number, startedAt: number): JsonObject {
  return {
    trace_id: traceId(trace),
    span_id: spanId(span),
    trace_flags: '01',
    span_name: `op ${span}`,
    span_kind: 'internal',
    start_time_unix_nano: nanos(startedAt),
    status: { code: 0 },
    attributes: {},
    events: [],
    links: [],
  };
}
