import { randomBytes } from 'node:crypto';
import {
  Breaker,
  type BreakerOptions,
  type BreakerState,
  type Transition,
} from '../log/breaker.ts';
import type { JsonObject, LogEntry } from '../log/entry.ts';
import type { Source } from '../log/firehose.ts';
import { isSpanId, isTraceId } from '../spans/boundary.ts';

/** A breaker around a node: what it reads, and the commands it gives. */
export interface BreakerSpec extends BreakerOptions {
  /** Whose lines it reads, and who gets the commands. */
  readonly node: string;
  /** Commands by name, as the node's stdin takes them. */
  readonly breakCommand: string;
  readonly restoreCommand: string;
}

const WHAT: Readonly<Record<BreakerState, string>> = {
  open: 'circuit broken',
  'half-open': 'circuit half-open',
  closed: 'circuit closed',
};

/**
 * Shows the firehose to a node's breaker, and does what it decides: the command
 * to the node's stdin, a line of the driver, and a span of service `system`
 * under each span that brought it about. The span is said as a boundary line of
 * the node `system`, so that it is rebuilt from the log like any other, and a
 * replayed log has it too.
 */
export class BreakerNode {
  readonly #spec: BreakerSpec;
  readonly #breaker: Breaker;
  readonly #send: (node: string, line: string) => boolean;
  readonly #driver: Source;
  readonly #system: Source;

  constructor(
    spec: BreakerSpec,
    send: (node: string, line: string) => boolean,
    driver: Source,
    system: Source,
  ) {
    this.#spec = spec;
    this.#breaker = new Breaker(spec);
    this.#send = send;
    this.#driver = driver;
    this.#system = system;
  }

  /** To be called with lines that are in the firehose already: what it says itself comes after them. */
  look(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      const passed = this.#breaker.pass(entry.ts);
      if (passed !== undefined) this.#tell(passed);
      const seen = entry.node === this.#spec.node ? this.#breaker.look(entry) : undefined;
      if (seen !== undefined) this.#tell(seen);
    }
  }

  #tell({ from, to, atSeconds, because }: Transition): void {
    const { node, breakCommand, restoreCommand } = this.#spec;
    const command = to === 'open' ? breakCommand : from === 'open' ? restoreCommand : undefined;
    const sent = command === undefined || this.#send(node, JSON.stringify({ command }));
    const spans = spansOf(because);
    this.#driver.say({
      level: to === 'open' ? 40 : 30,
      msg: WHAT[to],
      node,
      from,
      to,
      ...(command !== undefined && { command, sent }),
      because: because.map(({ instance, seq }) => `${instance}#${seq}`),
      trace_ids: [...new Set(spans.map(({ traceId }) => traceId))],
    });
    for (const span of spans)
      this.#system.say(boundary(span, WHAT[to], atSeconds, { node, from, to }));
  }
}

interface SpanRef {
  readonly traceId: string;
  readonly spanId: string;
}

/** The spans that these lines are of, each once. */
function spansOf(entries: readonly LogEntry[]): SpanRef[] {
  const spans = new Map<string, SpanRef>();
  for (const { log } of entries) {
    const { trace_id: traceId, span_id: spanId } = log;
    if (isTraceId(traceId) && isSpanId(spanId)) spans.set(traceId + spanId, { traceId, spanId });
  }
  return [...spans.values()];
}

/** The end line of a span below `parent`: it alone makes a whole span. A transition takes no time. */
function boundary(
  { traceId, spanId }: SpanRef,
  name: string,
  atSeconds: number,
  { node, from, to }: { node: string; from: BreakerState; to: BreakerState },
): JsonObject {
  const nanos = `${Math.round(atSeconds * 1e6)}000`;
  return {
    level: 30,
    msg: 'span end',
    trace_id: traceId,
    span_id: randomBytes(8).toString('hex'),
    trace_flags: '01',
    parent_span_id: spanId,
    span_name: name,
    span_kind: 'internal',
    start_time_unix_nano: nanos,
    end_time_unix_nano: nanos,
    status: { code: 0 },
    attributes: {
      'one_log.breaker.node': node,
      'one_log.breaker.from': from,
      'one_log.breaker.to': to,
    },
    events: [],
    links: [],
  };
}
