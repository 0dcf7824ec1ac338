import type { LogEntry } from '../../log/entry.ts';
import type { Span } from '../../spans/span.ts';
import { ScriptedLog, spanId, traceId } from './scripted-log.ts';

const SERVICES = ['petstore', 'payment', 'stock'] as const;

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface GeneratedLog {
  /** In order of time: traces overlap. */
  readonly entries: readonly LogEntry[];
  /** What the spans really are, by trace and span id; without lines and the events made of them. */
  readonly truth: ReadonlyMap<string, Omit<Span, 'lines'>>;
}

/** Traces of one to a dozen spans in three services, each span with some lines of its own. */
export function generateLog(traces: number, seed: number): GeneratedLog {
  const random = dice(seed);
  const writes: { at: number; write: (log: ScriptedLog) => void }[] = [];
  const truth = new Map<string, Omit<Span, 'lines'>>();
  let spans = 0;

  /** Microseconds throughout, so that times are exact. */
  const addSpan = (trace: number, parent: number | undefined, from: number, to: number): void => {
    const span = ++spans;
    const node = SERVICES[Math.floor(random() * SERVICES.length)] ?? 'petstore';
    const status = random() < 0.1 ? { code: 2 as const, message: 'refused' } : { code: 0 as const };
    const attributes = { 'http.route': `/pets/${span % 7}`, n: span };
    const fields = {
      span_name: `op ${span % 11}`,
      span_kind: 'server',
      ...(parent !== undefined && { parent_span_id: spanId(parent) }),
      start_time_unix_nano: `${from}000`,
    };
    writes.push({ at: from, write: (log) => log.start(from / 1e6, node, trace, span, fields) });
    for (let line = Math.floor(random() * 4); line > 0; line--) {
      const at = Math.floor(from + random() * (to - from));
      writes.push({ at, write: (log) => log.within(at / 1e6, node, trace, span, 'step') });
    }
    const ended = { ...fields, end_time_unix_nano: `${to}000`, status, attributes };
    writes.push({ at: to, write: (log) => log.end(to / 1e6, node, trace, span, 0, ended) });
    truth.set(traceId(trace) + spanId(span), {
      traceId: traceId(trace),
      spanId: spanId(span),
      ...(parent !== undefined && { parentSpanId: spanId(parent) }),
      name: fields.span_name,
      kind: 2,
      startTimeUnixNano: `${from}000`,
      endTimeUnixNano: `${to}000`,
      status,
      attributes,
      events: [],
      links: [],
      resource: { 'service.name': node, 'service.instance.id': `${node}@h/1.1` },
      warnings: [],
    });
    const children = to - from > 2_000 ? Math.floor(random() * 3) : 0;
    for (let child = 0; child < children; child++) {
      const begin = Math.floor(from + random() * (to - from) * 0.5);
      addSpan(trace, span, begin, Math.floor(begin + random() * (to - begin)));
    }
  };

  for (let trace = 1; trace <= traces; trace++) {
    const from = 1_795_363_200_000_000 + trace * 2_000;
    addSpan(trace, undefined, from, from + Math.floor(1_000 + random() * 100_000));
  }
  writes.sort((a, b) => a.at - b.at);
  const log = new ScriptedLog();
  for (const { write } of writes) write(log);
  return { entries: log.entries, truth };
}
