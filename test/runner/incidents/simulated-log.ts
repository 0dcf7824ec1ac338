import type { Span } from '../../../spans/span.ts';
import { simulatedSpans, type Trouble } from '../../incident/simulated-traffic.ts';

/** Five minutes of two services whose Payment is told to be slow, then as before. */
export const TROUBLES: readonly Trouble[] = [{ kind: 'slow', fromSeconds: 200, toSeconds: 212 }];
const COMMANDS = [200, 212];
const START_SECONDS = 1_795_363_200;

/** The firehose of it: a start and an end line a span, and what Payment says of its commands. */
export function simulatedLog(troubles = TROUBLES, perSecond = 8): string {
  const spans = simulatedSpans({ seed: 3, seconds: 260, perSecond, troubles });
  const told = spans.flatMap((span) => [line(span, 'start'), line(span, 'end')]);
  const commands = (troubles.length > 0 ? COMMANDS : []).map((at) => ({
    ts: START_SECONDS + at,
    node: 'payment',
    pid: 20,
    log: { level: 30, msg: 'command accepted', command: 'SetDelay' },
  }));
  const seqs = new Map<number, number>();
  return [...told, ...commands]
    .sort((a, b) => a.ts - b.ts)
    .map(({ ts, node, pid, log }) => {
      const seq = seqs.get(pid) ?? 0;
      seqs.set(pid, seq + 1);
      const instance = `${node}@lab-1/${pid}.${START_SECONDS}`;
      const envelope = JSON.stringify({ node, instance, stream: 'stdout', seq, log });
      return `{"ts":${ts.toFixed(6)},${envelope.slice(1)}\n`;
    })
    .join('');
}

const KINDS: readonly string[] = ['', 'internal', 'server', 'client'];

function line(span: Span, at: 'start' | 'end') {
  const node = String(span.resource['service.name']);
  const nanos = at === 'start' ? span.startTimeUnixNano : span.endTimeUnixNano;
  return {
    ts: Number(nanos.slice(0, -3)) / 1e6,
    node,
    pid: node === 'payment' ? 20 : 10,
    log: {
      level: 30,
      msg: `span ${at}`,
      trace_id: span.traceId,
      span_id: span.spanId,
      ...(span.parentSpanId !== undefined && { parent_span_id: span.parentSpanId }),
      span_name: span.name,
      span_kind: KINDS[span.kind],
      start_time_unix_nano: span.startTimeUnixNano,
      ...(at === 'end' && { end_time_unix_nano: span.endTimeUnixNano }),
      status: { ...span.status },
      attributes: span.attributes,
    },
  };
}
