import { SPAN_KIND, type Span } from './span.ts';
import { traceTree, type TraceNode, type TraceTree } from './trace-tree.ts';

/** A part of a span that decided how long its trace took. */
export interface CriticalSection {
  readonly span: Span;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

/** The same by node, in nanoseconds since the tree's origin. */
export interface CriticalPart {
  readonly node: TraceNode;
  readonly start: number;
  readonly end: number;
}

/**
 * What decides the duration of one trace: sections in time order that do not
 * overlap and that cover its root from end to end.
 *
 * Backwards from the root's end: the child that ended last is what its parent
 * waited for; before it began, the child that had ended last by then; and so on
 * within each. What lies between is the parent's own. Here nobody waited for b:
 *
 *     spans   root  ├────────────────┤    critical   ├─┤     ├──┤     ├┤
 *             a       ├─────┤                          ├─────┤
 *             b        ├──┤
 *             c                ├─────┤                          ├─────┤
 *
 * This is the method of CRISP (Zhang et al., ATC 2022) and of Jaeger's UI. Where
 * they differ:
 *
 * - A child that ends in the very moment when the next begins comes before it,
 *   as CRISP's allowance for overlaps has it. Jaeger demands a gap, and so loses
 *   steps whose times were rounded to the same microsecond.
 * - Children that overlap are concurrent, however little, as in Jaeger. CRISP
 *   can allow for a small overlap, as clocks differ; that is repaired before,
 *   by `onelog spans --correct-skew`, or not at all.
 * - A consumer of a message is not waited for, nor what is below it, as in
 *   Jaeger; CRISP knows no kinds. A producer is, other than in Jaeger: it
 *   sends, and its parent goes on when that is done.
 * - What of a child is outside its parent is left out, as in both.
 * - Of children that end together the longest is taken: the order of spans in
 *   a document, which decides in both, means nothing.
 * - Of several roots (Jaeger takes the first) the one that ended last is
 *   followed to its start, and before that the others.
 *
 * Takes n log n time and no recursion.
 */
export function criticalPath(spans: readonly Span[]): CriticalSection[] {
  const tree = traceTree(spans);
  return criticalParts(tree).map(({ node, start, end }) => ({
    span: node.span,
    startTimeUnixNano: `${tree.origin + BigInt(start)}`,
    endTimeUnixNano: `${tree.origin + BigInt(end)}`,
  }));
}

/** The same for a tree that is there already. */
export function criticalParts({ roots }: TraceTree): CriticalPart[] {
  const parts: CriticalPart[] = [];
  let until = Infinity;
  const latest = roots.map((node) => ({ node, start: node.start, end: node.end })).sort(byEnd);
  for (const { node, start, end } of latest) {
    if (start >= until) continue;
    follow({ node, start, end: Math.min(end, until) }, parts);
    until = start;
  }
  return parts.reverse();
}

/** A span being walked from its end to its start. */
interface Walk {
  readonly part: CriticalPart;
  /** What of each is within; those that end last come first. */
  readonly children: readonly CriticalPart[];
  next: number;
  /** What comes after is done. */
  until: number;
}

/** Adds what is critical of a span and of all below it, the last first. */
function follow(whole: CriticalPart, into: CriticalPart[]): void {
  const walks = [walkOf(whole)];
  for (let walk = walks.at(-1); walk !== undefined; walk = walks.at(-1)) {
    const { part, children, until } = walk;
    const child = children[walk.next++];
    if (child === undefined) {
      if (part.start < until) into.push({ ...part, end: until });
      walks.pop();
    } else if (child.end <= until) {
      if (child.end < until) into.push({ ...part, start: child.end, end: until });
      walk.until = child.start;
      walks.push(walkOf(child));
    }
  }
}

function walkOf(part: CriticalPart): Walk {
  const children = part.node.children
    .filter(({ span }) => span.kind !== SPAN_KIND.consumer)
    .map((node) => ({
      node,
      start: Math.max(node.start, part.start),
      end: Math.min(node.end, part.end),
    }))
    .filter(({ start, end }) => start < end)
    .sort(byEnd);
  return { part, children, next: 0, until: part.end };
}

const byEnd = (a: CriticalPart, b: CriticalPart): number => b.end - a.end || a.start - b.start;
