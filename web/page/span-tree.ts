import { STATUS, type Span, type SpanWarning } from '../../spans/span.ts';
import { problemText, traceTree, type TraceNode, type TraceTree } from '../../spans/trace-tree.ts';

/** Why a span is not quite what was logged: its end or start is missing, something of it was concluded, or it is odd otherwise. */
export type Doubt = 'incomplete' | 'inferred' | 'odd';

/** One row of the waterfall. */
export interface SpanRow {
  readonly node: TraceNode;
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
  /** The gravest of its remarks; undefined for a span without any. */
  readonly doubt: Doubt | undefined;
  /** What was repaired, inferred or is strange about it, in sentences. */
  readonly remarks: readonly string[];
}

export interface SpanTree {
  readonly rows: readonly SpanRow[];
  readonly tree: TraceTree;
  /** Unix nanoseconds, as text: the earliest start. */
  readonly startTimeUnixNano: string;
  readonly durationNanos: number;
  /** What is strange about the trace as a whole, in sentences. */
  readonly remarks: readonly string[];
}

/**
 * The spans of one trace as rows, parents before their children and siblings
 * by start; see `traceTree` for what becomes of strange ones, each of which has
 * a remark here.
 */
export function spanTree(spans: readonly Span[]): SpanTree {
  const tree = traceTree(spans);
  const depths = new Map<TraceNode, number>();
  for (const node of tree.nodes) {
    depths.set(node, node.parent === undefined ? 0 : 1 + (depths.get(node.parent) ?? 0));
  }
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const descendants = countDescendants(tree.nodes, depths);
  const rows = tree.nodes.map((node, index) =>
    rowOf(node, depths.get(node) ?? 0, descendants[index] ?? 0, ids),
  );
  return {
    rows,
    tree,
    startTimeUnixNano: String(tree.origin),
    durationNanos: tree.nodes.reduce((latest, { end }) => Math.max(latest, end), 0),
    remarks: [...tree.problems].map(([problem, count]) => problemText(problem, count)),
  };
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

function rowOf(
  node: TraceNode,
  depth: number,
  descendants: number,
  ids: ReadonlySet<string>,
): SpanRow {
  const { span, service, start } = node;
  const durationNanos = Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano));
  const oddities = odditiesOf(node, durationNanos, ids);
  return {
    node,
    span,
    service,
    depth,
    descendants,
    startNanos: start,
    durationNanos,
    failed: span.status.code === STATUS.error,
    doubt: doubtOf(span.warnings) ?? (oddities.length > 0 ? 'odd' : undefined),
    remarks: [...span.warnings.map(remarkOf), ...oddities],
  };
}

const INCOMPLETE = new Set(['missing-end', 'missing-start', 'log-ended', 'evicted']);

function doubtOf(warnings: readonly SpanWarning[]): Doubt | undefined {
  if (warnings.some(({ kind }) => INCOMPLETE.has(kind))) return 'incomplete';
  if (
    warnings.some(({ kind, confidence }) => confidence !== undefined || kind.startsWith('inferred'))
  )
    return 'inferred';
  return warnings.length > 0 ? 'odd' : undefined;
}

function remarkOf({ message, confidence, before, after }: SpanWarning): string {
  const sure = confidence === undefined ? '' : ` (${Math.round(100 * confidence)} % sure)`;
  const change = before === undefined ? '' : `; before: ${before}`;
  return `${message}${sure}${change}${after === undefined ? '' : `; after: ${after}`}`;
}

/** Processes of one machine read a clock that differs by less. */
const CLOCKS_AGREE_NANOS = 1e6;

function odditiesOf(
  { span, parent, start }: TraceNode,
  durationNanos: number,
  ids: ReadonlySet<string>,
): string[] {
  const oddities: string[] = [];
  if (durationNanos < 0) oddities.push('it ends before it starts; drawn as a moment');
  if (parent !== undefined) {
    if (parent.start - start > CLOCKS_AGREE_NANOS)
      oddities.push('it starts before its parent: their clocks may differ');
    if (start - parent.end > CLOCKS_AGREE_NANOS)
      oddities.push('it starts after its parent has ended');
  } else if (span.parentSpanId !== undefined) {
    oddities.push(rootReason(span, span.parentSpanId, ids));
  }
  return oddities;
}

function rootReason({ spanId }: Span, parentSpanId: string, ids: ReadonlySet<string>): string {
  if (parentSpanId === spanId) return 'it names itself as its parent';
  return ids.has(parentSpanId)
    ? 'its parents form a circle; it is shown as a root'
    : `its parent ${parentSpanId} is not among these spans`;
}

/** Nodes are in order: what is below one follows it, up to the next that is no deeper. */
function countDescendants(
  nodes: readonly TraceNode[],
  depths: ReadonlyMap<TraceNode, number>,
): number[] {
  const counts = nodes.map(() => 0);
  const open: { readonly depth: number; readonly index: number }[] = [];
  const close = (depth: number, end: number): void => {
    for (let last = open.at(-1); last && last.depth >= depth; last = open.at(-1)) {
      counts[last.index] = end - last.index - 1;
      open.pop();
    }
  };
  for (const [index, node] of nodes.entries()) {
    const depth = depths.get(node) ?? 0;
    close(depth, index);
    open.push({ depth, index });
  }
  close(0, nodes.length);
  return counts;
}
