import type { CallSpan } from '../export/call-reader.ts';
import { SPAN_KIND, STATUS } from '../spans/span.ts';

/** How often, how well and how fast; times in nanoseconds. */
export interface CallStats {
  readonly calls: number;
  readonly errors: number;
  /** The shortest time that this share of the calls did not exceed. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

interface ServiceNode {
  readonly name: string;
  /** Known by its address alone, as those say who call it. */
  readonly isOutside: boolean;
  /** What it was asked by others, or began itself; of one outside what its callers saw. */
  readonly stats: CallStats;
}

interface ServiceEdge {
  readonly from: string;
  readonly to: string;
  /** As the caller saw it, where the caller has a span of it; else the callee's. */
  readonly stats: CallStats;
}

export interface CallGraph {
  /** Sorted by name. */
  readonly nodes: readonly ServiceNode[];
  /** Sorted by the caller's name, then the callee's. */
  readonly edges: readonly ServiceEdge[];
}

/** Not a service of the user's: what One Log itself found out later is said as spans of it. */
const OWN_SERVICE = 'system';

/**
 * Who calls whom, from spans. A service is asked by each of its spans whose
 * parent is not its own, and by each server's or consumer's span. A call is
 * measured at the client's or producer's span: that is what the caller lived
 * through, and it is there also where the callee is down. Whom it called tells
 * the span below it; where there is none, its peer's address, which is a
 * service's if another call to the same address shows it, else a node of its own.
 */
export class CallGraphBuilder {
  readonly #asked = new Map<string, Tally>();
  readonly #calls = new Map<string, { caller: string; span: CallSpan; callee?: string }>();
  readonly #answers: { key: string; caller: string; callee: string; span: CallSpan }[] = [];

  add(service: string, span: CallSpan): void {
    if (service === OWN_SERVICE) return;
    const isAsked = span.kind === SPAN_KIND.server || span.kind === SPAN_KIND.consumer;
    const isCall = span.kind === SPAN_KIND.client || span.kind === SPAN_KIND.producer;
    if (isAsked || span.caller !== service) tallyOf(this.#asked, service).add(span);
    if (isCall) this.#calls.set(`${span.trace}/${span.spanId}`, { caller: service, span });
    if (span.caller !== undefined && (isAsked || span.caller !== service)) {
      const key = `${span.trace}/${span.parentId}`;
      this.#answers.push({ key, caller: span.caller, callee: service, span });
    }
  }

  build(): CallGraph {
    const edges = new Map<string, Tally>();
    const outside = new Map<string, Tally>();
    const edge = (from: string, to: string): Tally => tallyOf(edges, JSON.stringify([from, to]));
    for (const { key, caller, callee, span } of this.#answers) {
      const call = this.#calls.get(key);
      if (call === undefined) edge(caller, callee).add(span);
      else call.callee ??= callee;
    }
    const serviceAt = servicesByPeer(this.#calls.values());
    for (const { caller, span, callee } of this.#calls.values()) {
      const to = callee ?? serviceAt.get(span.peer ?? '') ?? span.peer;
      if (to === undefined) continue;
      edge(caller, to).add(span);
      if (!this.#asked.has(to)) tallyOf(outside, to).add(span);
    }
    return {
      nodes: [
        ...[...this.#asked].map(([name, tally]) => ({
          name,
          isOutside: false,
          stats: tally.stats(),
        })),
        ...[...outside].map(([name, tally]) => ({ name, isOutside: true, stats: tally.stats() })),
      ].sort((a, b) => byName(a.name, b.name)),
      edges: [...edges]
        .map(([key, tally]) => {
          const [from, to] = JSON.parse(key) as [string, string];
          return { from, to, stats: tally.stats() };
        })
        .sort((a, b) => byName(a.from, b.from) || byName(a.to, b.to)),
    };
  }
}

class Tally {
  readonly #durations: number[] = [];
  #errors = 0;

  add({ status, durationNanos }: CallSpan): void {
    this.#durations.push(Math.max(0, durationNanos));
    if (status === STATUS.error) this.#errors += 1;
  }

  stats(): CallStats {
    const sorted = Float64Array.from(this.#durations).sort();
    // Nearest rank: a time that was measured, never one between two.
    const quantile = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
    return {
      calls: sorted.length,
      errors: this.#errors,
      p50: quantile(0.5),
      p95: quantile(0.95),
      p99: quantile(0.99),
    };
  }
}

function tallyOf(tallies: Map<string, Tally>, key: string): Tally {
  let tally = tallies.get(key);
  if (tally === undefined) tallies.set(key, (tally = new Tally()));
  return tally;
}

function servicesByPeer(
  calls: Iterable<{ readonly span: CallSpan; readonly callee?: string }>,
): Map<string, string> {
  const services = new Map<string, string>();
  for (const { span, callee } of calls) {
    if (span.peer !== undefined && callee !== undefined) services.set(span.peer, callee);
  }
  return services;
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
