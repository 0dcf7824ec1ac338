import { serviceName } from '../../spans/service-name.ts';
import { STATUS, type Span } from '../../spans/span.ts';

/** One row of the waterfall. */
export interface SpanRow {
  readonly span: Span;
  readonly service: string;
  /** 0 at a root. */
  readonly depth: number;
  /** How many rows below belong to it: what folding it hides. */
  readonly descendants: number;
  /** From the trace's first moment, in nanoseconds; exact for traces of up to 104 days. */
  readonly startNanos: number;
  /** Negative where the span ends before it starts. */
  readonly durationNanos: number;
  readonly failed: boolean;
  /** What is uncertain or odd about it, for people; empty for most. */
  readonly remarks: readonly string[];
}

export interface SpanTree {
  readonly rows: readonly SpanRow[];
  /** Unix nanoseconds, as text: the earliest start. */
  readonly startTimeUnixNano: string;
  readonly durationNanos: number;
}

/**
 * The spans of one trace as rows, parents before their children and siblings
 * by start. Whatever the spans say, each is there once: a span whose parent is
 * not among them is a root, and a circle of parents is cut at its earliest
 * span; both with a remark.
 */
export function spanTree(spans: readonly Span[]): SpanTree {
  const starts = spans.map((span) => BigInt(span.startTimeUnixNano));
  const first = starts.reduce((least, start) => (start < least ? start : least), starts[0] ?? 0n);
  const nodes = spans
    .map((span, index) => nodeOf(span, Number((starts[index] ?? 0n) - first)))
    .sort((a, b) => a.startNanos - b.startNanos || b.durationNanos - a.durationNanos);
  const byId = new Map(nodes.map((node) => [node.span.spanId, node]));
  const roots = nodes.filter((node) => !adopt(node, byId));
  const rows = roots.flatMap((root) => rowsBelow(root));
  // What no root leads to hangs on a circle of parents.
  for (const node of nodes) {
    if (node.placed) continue;
    node.remarks.push('its parents form a circle; it is shown as a root');
    rows.push(...rowsBelow(node));
  }
  const end = rows.reduce((latest, row) => Math.max(latest, row.startNanos, endOf(row)), 0);
  return { rows, startTimeUnixNano: String(first), durationNanos: end };
}

/** The rows left to see when those in `folded` (span ids) hide what is below them. */
export function visibleRows(rows: readonly SpanRow[], folded: ReadonlySet<string>): SpanRow[] {
  const visible: SpanRow[] = [];
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index];
    if (row === undefined) break;
    visible.push(row);
    if (folded.has(row.span.spanId)) index += row.descendants;
  }
  return visible;
}

interface Node {
  readonly span: Span;
  readonly service: string;
  readonly startNanos: number;
  readonly durationNanos: number;
  readonly remarks: string[];
  readonly children: Node[];
  depth: number;
  descendants: number;
  placed: boolean;
}

function nodeOf(span: Span, startNanos: number): Node {
  const nanos = Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano));
  const remarks = span.warnings.map(({ message }) => message);
  if (nanos < 0) remarks.push('it ends before it starts; drawn as a moment');
  return {
    span,
    service: serviceName(span),
    startNanos,
    durationNanos: nanos,
    remarks,
    children: [],
    depth: 0,
    descendants: 0,
    placed: false,
  };
}

/** Processes of one machine read a clock that differs by less. */
const CLOCKS_AGREE_NANOS = 1e6;

/** Puts a span below its parent; false where it has none here. */
function adopt(node: Node, byId: ReadonlyMap<string, Node>): boolean {
  const { parentSpanId, spanId } = node.span;
  if (parentSpanId === undefined) return false;
  const parent = byId.get(parentSpanId);
  if (parent === undefined || parentSpanId === spanId) {
    node.remarks.push(
      parent === undefined
        ? `its parent ${parentSpanId} is not among these spans`
        : 'it names itself as its parent',
    );
    return false;
  }
  parent.children.push(node);
  if (parent.startNanos - node.startNanos > CLOCKS_AGREE_NANOS) {
    node.remarks.push('it starts before its parent: their clocks may differ');
  }
  return true;
}

/** Depth first, without recursion: a chain of spans may be deeper than the stack. */
function rowsBelow(root: Node): (Node & SpanRow)[] {
  const rows: (Node & SpanRow)[] = [];
  const stack: Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.placed) continue; // a circle's way back to where it began
    node.placed = true;
    rows.push(Object.assign(node, { failed: node.span.status.code === STATUS.error }));
    for (const child of node.children.toReversed()) {
      if (child.placed) continue;
      child.depth = node.depth + 1;
      stack.push(child);
    }
  }
  countDescendants(rows);
  return rows;
}

/** Rows are in order: what is below a row follows it, up to the next that is no deeper. */
function countDescendants(rows: readonly Node[]): void {
  const open: { node: Node; index: number }[] = [];
  const close = (depth: number, end: number): void => {
    for (let last = open.at(-1); last && last.node.depth >= depth; last = open.at(-1)) {
      last.node.descendants = end - last.index - 1;
      open.pop();
    }
  };
  for (const [index, node] of rows.entries()) {
    close(node.depth, index);
    open.push({ node, index });
  }
  close(0, rows.length);
}

const endOf = ({
  startNanos,
  durationNanos,
}: Pick<SpanRow, 'startNanos' | 'durationNanos'>): number => startNanos + durationNanos;
