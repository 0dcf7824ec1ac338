import { serviceName } from './service-name.ts';
import { SPAN_KIND, type Span } from './span.ts';

/** One span at its place in the trace. */
export interface TraceNode {
  readonly span: Span;
  readonly service: string;
  readonly parent: TraceNode | undefined;
  /** By start, the longer first where they start together. */
  readonly children: readonly TraceNode[];
  /** Nanoseconds since the trace's first moment; exact for traces of up to 104 days. */
  readonly start: number;
  /** Never before `start`. */
  readonly end: number;
}

export interface TraceTree {
  /** By start. */
  readonly roots: readonly TraceNode[];
  /** All of them, parents before their children, siblings by start. */
  readonly nodes: readonly TraceNode[];
  /** Unix nanoseconds of the first moment. */
  readonly origin: bigint;
  /** What was wrong with the spans, and how often. */
  readonly problems: ReadonlyMap<TraceProblem, number>;
}

export type TraceProblem =
  | 'repeated'
  | 'shared id'
  | 'circle'
  | 'missing parent'
  | 'several roots'
  | 'negative'
  | 'outside';

/**
 * The spans of one trace as a tree, whatever they say: each is there once, but
 * for one that only repeats another. A span whose parent is not among them is
 * a root, a circle of parents is cut at its earliest span, and a span that ends
 * before it starts is a moment at its start. Where several share an id, as
 * Zipkin's two halves of a call do, the caller's half is above the other, and
 * children belong to the lowest. Without recursion: a chain may be deeper than
 * the stack.
 */
export function traceTree(spans: readonly Span[]): TraceTree {
  const problems = new Map<TraceProblem, number>();
  const note = (problem: TraceProblem): void => {
    problems.set(problem, (problems.get(problem) ?? 0) + 1);
  };
  const starts = spans.map(({ startTimeUnixNano }) => BigInt(startTimeUnixNano));
  const origin = starts.reduce((least, at) => (at < least ? at : least), starts[0] ?? 0n);
  const placed = spans
    .map((span, index) => nodeOf(span, Number((starts[index] ?? 0n) - origin), note))
    .sort(byStart);
  const { nodes, lowest } = linkSameIds(placed, note);
  for (const node of nodes) adopt(node, lowest, note);
  const ordered: Node[] = [];
  const roots = nodes.filter(({ parent }) => parent === undefined);
  for (const root of roots) collect(root, ordered);
  // What no root leads to hangs on a circle of parents.
  for (const node of nodes) {
    if (node.isCollected) continue;
    note('circle');
    const root = cutCircle(node);
    roots.push(root);
    collect(root, ordered);
  }
  roots.sort(byStart);
  if (roots.length > 1) note('several roots');
  for (const node of ordered) if (isOutside(node)) note('outside');
  return { roots, nodes: ordered, origin, problems };
}

/** A sentence for a problem that was met so many times. */
export function problemText(problem: TraceProblem, count: number): string {
  const [one, many] = TEXTS[problem];
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}

const TEXTS: Readonly<Record<TraceProblem, readonly [one: string, many: string]>> = {
  repeated: ['span is there twice; taken once', 'spans are there twice; taken once'],
  'shared id': [
    'span has the id of another of its trace; put below that',
    'spans have the id of another of their trace; put below that',
  ],
  circle: [
    'circle of parents; cut at its earliest span',
    'circles of parents; cut at their earliest spans',
  ],
  'missing parent': [
    'span names a parent that is not there; taken as a root',
    'spans name parents that are not there; taken as roots',
  ],
  'several roots': ['trace has several roots', 'traces have several roots'],
  negative: [
    'span ends before it starts; taken as a moment',
    'spans end before they start; taken as moments',
  ],
  outside: [
    'span lies partly or wholly outside its parent',
    'spans lie partly or wholly outside their parents',
  ],
};

interface Node extends TraceNode {
  parent: Node | undefined;
  children: Node[];
  isCollected: boolean;
}

type Note = (problem: TraceProblem) => void;

function nodeOf(span: Span, start: number, note: Note): Node {
  const nanos = Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano));
  if (nanos < 0) note('negative');
  return {
    span,
    service: serviceName(span),
    parent: undefined,
    children: [],
    start,
    end: start + Math.max(0, nanos),
    isCollected: false,
  };
}

const byStart = (a: Node, b: Node): number => a.start - b.start || b.end - a.end;

/** Leaves out repeated spans, puts those that share an id below each other, and gives the lowest of each id. */
function linkSameIds(
  placed: readonly Node[],
  note: Note,
): { nodes: Node[]; lowest: ReadonlyMap<string, Node> } {
  const nodes: Node[] = [];
  const lowest = new Map<string, Node>();
  for (const [id, group] of Map.groupBy(placed, ({ span }) => span.spanId)) {
    const different = group.length === 1 ? group : withoutRepeated(group, note);
    for (const node of different) {
      const above = lowest.get(id);
      if (above !== undefined) {
        note('shared id');
        put(node, above);
      }
      lowest.set(id, node);
      nodes.push(node);
    }
  }
  return { nodes: nodes.sort(byStart), lowest };
}

/** The caller's halves come first. */
function withoutRepeated(group: readonly Node[], note: Note): Node[] {
  const seen = new Set<string>();
  const different = group.filter(({ start, end, service, span: { kind, name } }) => {
    const key = JSON.stringify([start, end, kind, service, name]);
    if (seen.has(key)) note('repeated');
    return !seen.has(key) && seen.add(key);
  });
  return different.sort((a, b) => Number(isCallee(a)) - Number(isCallee(b)));
}

const isCallee = ({ span: { kind } }: Node): boolean =>
  kind === SPAN_KIND.server || kind === SPAN_KIND.consumer;

function adopt(node: Node, lowest: ReadonlyMap<string, Node>, note: Note): void {
  const { parentSpanId, spanId } = node.span;
  if (parentSpanId === undefined || node.parent !== undefined) return;
  const parent = lowest.get(parentSpanId);
  if (parentSpanId === spanId) note('circle');
  else if (parent === undefined) note('missing parent');
  else put(node, parent);
}

/** Nodes are put in order of their starts, so that children are in it too. */
function put(node: Node, parent: Node): void {
  node.parent = parent;
  parent.children.push(node);
}

/** Cuts the circle that a node hangs on before its earliest node, and gives that. */
function cutCircle(node: Node): Node {
  const path = new Set<Node>();
  let at = node;
  for (; !path.has(at); at = at.parent ?? at) path.add(at);
  const circle = [...path].slice([...path].indexOf(at));
  const first = circle.reduce((least, other) => (byStart(other, least) < 0 ? other : least), at);
  const siblings = first.parent?.children ?? [];
  siblings.splice(siblings.indexOf(first), 1);
  first.parent = undefined;
  return first;
}

function collect(root: Node, into: Node[]): void {
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    node.isCollected = true;
    into.push(node);
    for (const child of node.children.toReversed()) stack.push(child);
  }
}

/** Processes of one machine read a clock that differs by less, and a server's span ends a little after its answer has arrived. */
const CLOCKS_AGREE_NANOS = 1e6;

function isOutside({ start, end, parent }: Node): boolean {
  if (parent === undefined) return false;
  const before = parent.start - start;
  const after = end - parent.end;
  const isApart = (start > parent.end && after > 0) || (end < parent.start && before > 0);
  return isApart || before > CLOCKS_AGREE_NANOS || after > CLOCKS_AGREE_NANOS;
}
