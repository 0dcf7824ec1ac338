import { parentsOf } from '../parents.ts';
import { serviceName } from '../service-name.ts';
import type { Span, SpanWarning } from '../span.ts';

/** By clock (see `clockOf`): how far it is ahead of the reference, in nanoseconds. */
export type Skews = ReadonlyMap<string, bigint>;

/** Where a call between two clocks can have been, if one is ahead of the other by so much. */
interface Bounds {
  readonly low: bigint;
  readonly high: bigint;
}

/** An offset that this share of the best one's calls allow is as good: then none is taken for the best. */
const AS_GOOD = 0.95;

/**
 * How far the hosts' clocks are apart, from causality: a call neither starts
 * before its caller does nor ends after it, so each call between two hosts
 * allows the offsets between two bounds (those of the network's delays). The
 * offset that most calls allow is taken, and no offset where that is allowed by
 * nearly as many. Hosts are compared along the calls between them, from the one
 * with the most spans; those that nothing connects with it are left as they are.
 */
export function estimateSkews(spans: readonly Span[]): Skews {
  const bounds = new Map<string, Map<string, Bounds[]>>();
  const counts = new Map<string, number>();
  for (const span of spans) counts.set(clockOf(span), (counts.get(clockOf(span)) ?? 0) + 1);
  for (const [child, parent] of parentsOf(spans)) {
    const [from, to] = [clockOf(parent), clockOf(child)];
    if (from === to) continue;
    const low = BigInt(child.endTimeUnixNano) - BigInt(parent.endTimeUnixNano);
    const high = BigInt(child.startTimeUnixNano) - BigInt(parent.startTimeUnixNano);
    if (low > high) continue; // a call longer than its caller tells nothing
    boundsBetween(bounds, from, to).push({ low, high });
    boundsBetween(bounds, to, from).push({ low: -high, high: -low });
  }
  const skews = new Map<string, bigint>();
  for (const [reference] of [...counts].sort((a, b) => b[1] - a[1])) {
    if (!skews.has(reference)) walk(reference, bounds, skews);
  }
  return skews;
}

/**
 * The spans on the reference's clock: starts, ends and events are moved, and a
 * warning has the start before and after. Spans that need no correction are
 * given as they are.
 */
export function correctSkews(spans: readonly Span[], skews: Skews): Span[] {
  return spans.map((span) => {
    const skew = skews.get(clockOf(span)) ?? 0n;
    if (skew === 0n) return span;
    const moved = (nanos: string): string => `${BigInt(nanos) - skew}`;
    const startTimeUnixNano = moved(span.startTimeUnixNano);
    const warning: SpanWarning = {
      kind: 'clock-skew',
      message: `the clock of ${clockOf(span)} is ${Number(skew) / 1e6} ms ahead of its callers'; corrected`,
      before: span.startTimeUnixNano,
      after: startTimeUnixNano,
    };
    return {
      ...span,
      startTimeUnixNano,
      endTimeUnixNano: moved(span.endTimeUnixNano),
      events: span.events.map((event) => ({ ...event, timeUnixNano: moved(event.timeUnixNano) })),
      warnings: [...span.warnings, warning],
    };
  });
}

/** What a span's times were read from: its host, as far as that is known; else its process. */
function clockOf(span: Span): string {
  const { 'host.name': host, 'service.instance.id': instance } = span.resource;
  if (typeof host === 'string') return host;
  if (typeof instance !== 'string') return serviceName(span);
  return /@([^/]+)\/\d+\.\d+$/.exec(instance)?.[1] ?? instance;
}

function walk(
  reference: string,
  bounds: ReadonlyMap<string, ReadonlyMap<string, readonly Bounds[]>>,
  skews: Map<string, bigint>,
): void {
  skews.set(reference, 0n);
  const queue = [reference];
  for (let from = queue.shift(); from !== undefined; from = queue.shift()) {
    for (const [to, calls] of bounds.get(from) ?? []) {
      if (skews.has(to)) continue;
      skews.set(to, (skews.get(from) ?? 0n) + offsetOf(calls));
      queue.push(to);
    }
  }
}

/** The middle of where the most calls' bounds overlap; 0 where nearly as many hold without an offset. */
function offsetOf(calls: readonly Bounds[]): bigint {
  const edges = calls
    .flatMap(({ low, high }) => [
      { at: low, step: 1 },
      { at: high, step: -1 },
    ])
    // Bounds include their ends: of equal times, starts come first.
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : b.step - a.step));
  let most = 0;
  let holding = 0;
  let best: Bounds = { low: 0n, high: 0n };
  for (const [index, { at, step }] of edges.entries()) {
    holding += step;
    if (holding <= most) continue;
    most = holding;
    best = { low: at, high: edges[index + 1]?.at ?? at };
  }
  const withoutOffset = calls.filter(({ low, high }) => low <= 0n && 0n <= high).length;
  return withoutOffset >= most * AS_GOOD ? 0n : (best.low + best.high) / 2n;
}

function boundsBetween(
  bounds: Map<string, Map<string, Bounds[]>>,
  from: string,
  to: string,
): Bounds[] {
  const ofFrom = bounds.get(from) ?? new Map<string, Bounds[]>();
  bounds.set(from, ofFrom);
  const between = ofFrom.get(to) ?? [];
  ofFrom.set(to, between);
  return between;
}
