import { criticalParts, type CriticalPart } from '../critical-path.ts';
import type { Span } from '../span.ts';
import { traceTree, type TraceNode, type TraceTree } from '../trace-tree.ts';
import { selfTimes } from './self-time.ts';

/** What counts as a span's own time: all of it, or what of it is on the critical path. */
export type Weight = 'self' | 'critical';

export interface MeasuredTrace {
  readonly tree: TraceTree;
  /** Own time of each of the tree's nodes, in their order, in whole nanoseconds. */
  readonly selfNanos: readonly number[];
  /** In time order, where that is what counts. */
  readonly criticalParts: readonly CriticalPart[];
}

export function measureTrace(spans: readonly Span[], weight: Weight): MeasuredTrace {
  const tree = traceTree(spans);
  if (weight === 'self') return { tree, selfNanos: selfTimes(tree), criticalParts: [] };
  const parts = criticalParts(tree);
  const times = new Map<TraceNode, number>();
  for (const { node, start, end } of parts) {
    times.set(node, (times.get(node) ?? 0) + end - start);
  }
  return { tree, selfNanos: tree.nodes.map((node) => times.get(node) ?? 0), criticalParts: parts };
}
