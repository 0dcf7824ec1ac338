import { criticalParts } from '../../spans/critical-path.ts';
import type { Span } from '../../spans/span.ts';
import { traceTree } from '../../spans/trace-tree.ts';
import { servicesWork } from '../../spans/services-work.ts';
import type { SpanTree } from './span-tree.ts';

/** A stretch of time from the trace's first moment, in nanoseconds. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface CriticalSpan {
  /** In time order; those with hardly anything between them are drawn as one. */
  readonly stretches: readonly Stretch[];
  /** Exact. */
  readonly nanos: number;
}

/** What of each span, by its id, decides how long the trace takes; `tree` is of the same spans. */
export function criticalStretches(
  spans: readonly Span[],
  { tree, durationNanos }: SpanTree,
): ReadonlyMap<string, CriticalSpan> {
  const work = servicesWork(spans);
  const workTree = work.length === spans.length ? tree : traceTree(work);
  // Both trees count from their own first moment.
  const late = Number(workTree.origin - tree.origin);
  const gap = durationNanos / FINEST;
  const found = new Map<string, { stretches: { start: number; end: number }[]; nanos: number }>();
  for (const { node, start, end } of criticalParts(workTree)) {
    const span = found.get(node.span.spanId) ?? { stretches: [], nanos: 0 };
    const last = span.stretches.at(-1);
    if (last !== undefined && start + late - last.end <= gap) last.end = end + late;
    else span.stretches.push({ start: start + late, end: end + late });
    span.nanos += end - start;
    found.set(node.span.spanId, span);
  }
  return found;
}

/** Of a trace's duration: less cannot be seen. */
const FINEST = 2_000;
