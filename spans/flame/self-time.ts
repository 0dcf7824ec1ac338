import type { TraceNode, TraceTree } from '../trace-tree.ts';
import { SharedClock } from './shared-clock.ts';

/**
 * How long each span of a trace was itself at work, in whole nanoseconds: never
 * negative, and together as long as the roots took, each by its own (exactly
 * for traces of hours; doubles lose some tens of nanoseconds over ten days). In
 * the order of the tree's nodes.
 *
 * At each moment the time belongs to the lowest spans that run then: a span
 * gives it to its children that run, each an equal share, and they to theirs.
 *
 *     root  ├───────────────┤    16 ms, itself 4: 0 … 2 and 14 … 16
 *       a     ├───────┤           8 ms, itself 6: 2 … 6, and half of 6 … 10
 *       b         ├───────┤       8 ms, itself 6: half of 6 … 10, and 10 … 14
 *
 * So what runs beside another counts once, and all adds up to what was waited
 * for. (Durations less those of the children would leave root 0 of its 4.)
 *
 * A parent lasts until the last of its descendants ends: who outlives it is
 * still its work. A span that starts before its parent is on another clock, as
 * that cannot be: it is moved to its parent's start with all that is below it.
 *
 * Takes n log n time; where k levels of concurrent spans are nested, up to k
 * times that.
 */
export function selfTimes({ nodes }: TraceTree): number[] {
  const times = effectiveTimes(nodes);
  const clocks = new Map<TraceNode, SharedClock | undefined>();
  const shares = new Map<TraceNode, number>();
  const exact = nodes.map((node) => {
    const own = node.parent === undefined ? undefined : clocks.get(node.parent);
    const children = node.children.map((child) => times.get(child) ?? NONE);
    const clock = overlap(children) ? new SharedClock(own, children) : own;
    clocks.set(node, clock);
    const share = shares.get(node) ?? elapsed(own, times.get(node) ?? NONE);
    let left = share;
    for (const [index, child] of node.children.entries()) {
      const part = elapsed(clock, children[index] ?? NONE);
      shares.set(child, part);
      left -= part;
    }
    return Math.max(0, left);
  });
  return wholeUnits(exact, 1);
}

/**
 * Numbers that are not negative in whole units, rounded so that every sum of the
 * first of them is off by no more than a half: the sum of all is the rounded sum.
 */
export function wholeUnits(values: readonly number[], unit: number): number[] {
  let sum = 0;
  let given = 0;
  return values.map((value) => {
    sum += value;
    const whole = Math.max(0, Math.round(sum / unit) - given);
    given += whole;
    return whole;
  });
}

interface Interval {
  readonly start: number;
  readonly end: number;
}

const NONE: Interval = { start: 0, end: 0 };

const elapsed = (clock: SharedClock | undefined, { start, end }: Interval): number =>
  clock === undefined ? end - start : clock.at(end) - clock.at(start);

/** Nodes come with parents first. */
function effectiveTimes(nodes: readonly TraceNode[]): Map<TraceNode, Interval> {
  const times = new Map<TraceNode, { start: number; end: number }>();
  for (const node of nodes) {
    const { parent } = node;
    const above = parent === undefined ? undefined : times.get(parent);
    const moved = parent === undefined || above === undefined ? 0 : above.start - parent.start;
    const start = Math.max(node.start + moved, above?.start ?? 0);
    times.set(node, { start, end: start + node.end - node.start });
  }
  for (const node of nodes.toReversed()) {
    const own = times.get(node);
    const above = node.parent === undefined ? undefined : times.get(node.parent);
    if (own !== undefined && above !== undefined) above.end = Math.max(above.end, own.end);
  }
  return times;
}

/** Of intervals by start. */
function overlap(intervals: readonly Interval[]): boolean {
  let latest = -Infinity;
  return intervals.some(({ start, end }) => {
    const overlaps = start < latest && start < end;
    latest = Math.max(latest, end);
    return overlaps;
  });
}
