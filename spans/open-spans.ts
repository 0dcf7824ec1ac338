import type { Deadline } from './deadlines.ts';
import { IdMap } from './id-map.ts';
import { LinkedList, type Links } from './linked-list.ts';
import { ID_WORDS, TRACE_WORDS } from './span-ids.ts';
import type { SpanLine, SpanLines } from './span-lines.ts';

/** A span under way. */
export class OpenSpan<Line extends SpanLine> implements SpanLines<Line>, Links<OpenSpan<Line>> {
  readonly first: Line;
  readonly trace: OpenTrace<Line>;
  start: Line | undefined;
  end: Line | undefined;
  instance: string;
  node: string;
  readonly lines: Line[] = [];
  droppedLines = 0;
  /** When a span whose end is there is closed. */
  deadline: Deadline | undefined;
  isClosed = false;
  before: OpenSpan<Line> | undefined;
  after: OpenSpan<Line> | undefined;

  constructor(first: Line, trace: OpenTrace<Line>) {
    this.first = first;
    this.trace = trace;
    this.instance = first.instance;
    this.node = first.node;
  }
}

/** The spans of one trace that are under way, and when the trace last said something. */
export class OpenTrace<Line extends SpanLine> implements Links<OpenTrace<Line>> {
  readonly spans = new LinkedList<OpenSpan<Line>>();
  size = 0;
  lastSeconds: number;
  before: OpenTrace<Line> | undefined;
  after: OpenTrace<Line> | undefined;

  constructor(lastSeconds: number) {
    this.lastSeconds = lastSeconds;
  }
}

/** All spans under way, by their ids and by how long their traces have been silent. */
export class OpenSpans<Line extends SpanLine> {
  readonly #spans = new IdMap<OpenSpan<Line>>(ID_WORDS);
  readonly #traces = new IdMap<OpenTrace<Line>>(TRACE_WORDS);
  /** The trace that has been silent longest is first. */
  readonly traces = new LinkedList<OpenTrace<Line>>();

  get size(): number {
    return this.#spans.size;
  }

  /** The span that the line names. */
  get({ ids, idsAt }: Line): OpenSpan<Line> | undefined {
    return this.#spans.get(ids, idsAt);
  }

  /** The trace that the line names. */
  trace({ ids, idsAt }: Line): OpenTrace<Line> | undefined {
    return this.#traces.get(ids, idsAt);
  }

  /** A new span, which the line names. */
  open(line: Line, nowSeconds: number): OpenSpan<Line> {
    const trace = this.trace(line) ?? this.#openTrace(line, nowSeconds);
    const span = new OpenSpan(line, trace);
    trace.spans.append(span);
    trace.size++;
    this.#spans.set(line.ids, line.idsAt, span);
    return span;
  }

  /** The trace is not silent: it goes to the end of the order. */
  speaks(trace: OpenTrace<Line>, nowSeconds: number): void {
    if (trace.lastSeconds === nowSeconds) return;
    trace.lastSeconds = nowSeconds;
    if (trace.after === undefined) return;
    this.traces.remove(trace);
    this.traces.append(trace);
  }

  /** False for a span that was closed before. */
  close(span: OpenSpan<Line>): boolean {
    if (span.isClosed) return false;
    span.isClosed = true;
    const { trace, first } = span;
    this.#spans.delete(first.ids, first.idsAt);
    trace.spans.remove(span);
    trace.size--;
    if (trace.size === 0) {
      this.#traces.delete(first.ids, first.idsAt);
      this.traces.remove(trace);
    }
    return true;
  }

  /** In the order of silence; the span that was given may be closed meanwhile. */
  *[Symbol.iterator](): Generator<OpenSpan<Line>> {
    for (const trace of this.traces) yield* trace.spans;
  }

  #openTrace({ ids, idsAt }: Line, nowSeconds: number): OpenTrace<Line> {
    const trace = new OpenTrace<Line>(nowSeconds);
    this.#traces.set(ids, idsAt, trace);
    this.traces.append(trace);
    return trace;
  }
}
