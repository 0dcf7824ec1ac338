import type { LogEntry } from '../../log/entry.ts';
import type { RebuiltSpan } from '../../spans/rebuild.ts';
import type { Span } from '../../spans/span.ts';

/** Unix seconds: an hour ago, so that nothing is too old or in the future. */
const START = Math.floor(Date.now() / 1000) - 3600;

export interface Sketch extends Partial<Omit<Span, 'traceId' | 'spanId' | 'parentSpanId'>> {
  readonly trace: number;
  readonly span: number;
  readonly parent?: number;
  readonly service?: string;
  /** Milliseconds after START, and long. */
  readonly at?: number;
  readonly long?: number;
  /** Sequence numbers of its lines in its service's instance. */
  readonly seqs?: readonly number[];
}

/** A span with its lines, of which only what matters is said. */
export function rebuilt(sketch: Sketch): RebuiltSpan {
  const { trace, span, parent, service = 'shop', at = 0, long = 10, seqs, ...rest } = sketch;
  const instance = `${service}@lab/1.${START}`;
  const entries = (seqs ?? [trace * 1000 + span]).map((seq) => entry(service, instance, seq, at));
  return {
    span: {
      traceId: traceId(trace),
      spanId: spanId(span),
      ...(parent === undefined ? {} : { parentSpanId: spanId(parent) }),
      name: `op ${span}`,
      kind: 1,
      startTimeUnixNano: nanos(at),
      endTimeUnixNano: nanos(at + long),
      status: { code: 0 },
      attributes: {},
      events: [],
      links: [],
      resource: { 'service.name': service, 'service.instance.id': instance },
      lines: entries.map(({ seq }) => ({ instance, seq })),
      warnings: [],
      ...rest,
    },
    entries,
  };
}

export const traceId = (number: number): string => `f${number.toString(16).padStart(31, '0')}`;
export const spanId = (number: number): string => `e${number.toString(16).padStart(15, '0')}`;
export const micros = (atMillis: number): number => START * 1e6 + atMillis * 1000;

const nanos = (atMillis: number): string => `${BigInt(micros(atMillis)) * 1000n}`;

function entry(node: string, instance: string, seq: number, at: number): LogEntry {
  const ts = START + at / 1000;
  const log = { msg: `line ${seq} of ${node}` };
  const text = `{"ts":${ts.toFixed(6)},"node":"${node}","instance":"${instance}","stream":"stdout","seq":${seq},"log":${JSON.stringify(log)}}`;
  return { ts, node, instance, stream: 'stdout', seq, log, text };
}
