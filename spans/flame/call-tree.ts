import { STATUS, type Span } from '../span.ts';
import type { TraceNode, TraceProblem } from '../trace-tree.ts';
import { measureTrace, type MeasuredTrace, type Weight } from './measured-trace.ts';
import { wholeUnits } from './self-time.ts';

/** All spans of one operation that were called by the same path. */
export interface CallFrame {
  readonly service: string;
  readonly name: string;
  /** 0 at a root. */
  readonly depth: number;
  readonly parent: CallFrame | undefined;
  /** In the order in which they were first called. */
  readonly children: readonly CallFrame[];
  /** Spans. */
  readonly count: number;
  /** Of those, failed ones. */
  readonly errors: number;
  /** Nanoseconds that are its own, whole; see `selfTimes`. */
  readonly selfNanos: number;
  /** With all that is below it. */
  readonly totalNanos: number;
}

export interface CallTree {
  readonly roots: readonly CallFrame[];
  /** All of them, parents before their children, so that a loop need not recurse. */
  readonly frames: readonly CallFrame[];
  readonly traces: number;
  readonly spans: number;
  /** Of all roots. */
  readonly totalNanos: number;
  /** What was wrong with the spans, and how often. */
  readonly problems: ReadonlyMap<TraceProblem, number>;
  /** Spans that were repaired, inferred, or are incomplete. */
  readonly warned: number;
  /** Spans called deeper than `MAX_DEPTH`: they are counted where the path is cut. */
  readonly cut: number;
}

/** Longer paths are cut: formats write each path out. */
export const MAX_DEPTH = 500;

/**
 * Aggregates traces by call path: spans of the same service and operation that
 * were called by the same are one frame. Each item is the spans of one trace.
 * The total is the time that their roots took, or that of the critical paths,
 * and the frames' own times add up to exactly that.
 */
export function callTree(
  traces: Iterable<readonly Span[]>,
  { weight = 'self' }: { readonly weight?: Weight } = {},
): CallTree {
  const builder = new CallTreeBuilder();
  for (const spans of traces) builder.add(measureTrace(spans, weight));
  return builder.end();
}

/** The same of traces that are measured already. */
export function callTreeOf(traces: Iterable<MeasuredTrace>): CallTree {
  const builder = new CallTreeBuilder();
  for (const trace of traces) builder.add(trace);
  return builder.end();
}

/** The frames' own times in whole microseconds, in their order: what every format has, so that all totals are equal. */
export function selfMicros({ frames }: CallTree): number[] {
  return wholeUnits(
    frames.map(({ selfNanos }) => selfNanos),
    1_000,
  );
}

/** How a frame is called where there is room for one text. */
export function frameLabel({ service, name }: Pick<CallFrame, 'service' | 'name'>): string {
  return `${service}: ${name === '' ? 'empty-span-name' : name}`;
}

interface Frame extends CallFrame {
  readonly parent: Frame | undefined;
  readonly children: Frame[];
  readonly byOperation: Map<string, Frame>;
  count: number;
  errors: number;
  selfNanos: number;
  totalNanos: number;
}

class CallTreeBuilder {
  readonly #top = frameOf(undefined, '', '');
  readonly #problems = new Map<TraceProblem, number>();
  #traces = 0;
  #spans = 0;
  #warned = 0;
  #cut = 0;

  add({ tree: { nodes, problems }, selfNanos }: MeasuredTrace): void {
    const frames = new Map<TraceNode, Frame>();
    for (const [index, node] of nodes.entries()) {
      const above = (node.parent && frames.get(node.parent)) ?? this.#top;
      const isCut = above.depth === MAX_DEPTH - 1;
      const frame = isCut ? above : childOf(above, node.service, node.span.name);
      frames.set(node, frame);
      frame.count += 1;
      frame.errors += Number(node.span.status.code === STATUS.error);
      frame.selfNanos += selfNanos[index] ?? 0;
      this.#warned += Number(node.span.warnings.length > 0);
      this.#cut += Number(isCut);
    }
    this.#traces += 1;
    this.#spans += nodes.length;
    for (const [problem, count] of problems) {
      this.#problems.set(problem, (this.#problems.get(problem) ?? 0) + count);
    }
  }

  end(): CallTree {
    const frames = below(this.#top);
    for (const frame of frames) frame.totalNanos = frame.selfNanos;
    for (const { parent, totalNanos } of frames.toReversed()) {
      if (parent !== undefined) parent.totalNanos += totalNanos;
    }
    const roots = this.#top.children.map((root) => Object.assign(root, { parent: undefined }));
    return {
      roots,
      frames,
      traces: this.#traces,
      spans: this.#spans,
      totalNanos: this.#top.totalNanos,
      problems: this.#problems,
      warned: this.#warned,
      cut: this.#cut,
    };
  }
}

function childOf(above: Frame, service: string, name: string): Frame {
  const operation = JSON.stringify([service, name]);
  const known = above.byOperation.get(operation);
  if (known !== undefined) return known;
  const frame = frameOf(above, service, name);
  above.byOperation.set(operation, frame);
  above.children.push(frame);
  return frame;
}

function frameOf(parent: Frame | undefined, service: string, name: string): Frame {
  return {
    service,
    name,
    depth: parent === undefined ? -1 : parent.depth + 1,
    parent,
    children: [],
    byOperation: new Map(),
    count: 0,
    errors: 0,
    selfNanos: 0,
    totalNanos: 0,
  };
}

function below(top: Frame): Frame[] {
  const frames: Frame[] = [];
  const stack = top.children.toReversed();
  for (let frame = stack.pop(); frame !== undefined; frame = stack.pop()) {
    frames.push(frame);
    for (const child of frame.children.toReversed()) stack.push(child);
  }
  return frames;
}
