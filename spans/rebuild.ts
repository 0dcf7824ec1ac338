import type { JsonObject, LogEntry } from '../log/entry.ts';
import { SeqWindow } from '../log/seq-window.ts';
import { isSpanId, isTraceId, parseBoundary, type Boundary } from './boundary.ts';
import { completeSpan, incompleteSpan, lateEndSpan, type SpanEnding } from './closing.ts';
import type { Span } from './span.ts';

/** A rebuilt span beside the log lines it was made of (`span.lines` names the same ones, in order). */
export interface RebuiltSpan {
  readonly span: Span;
  readonly entries: readonly LogEntry[];
}

export interface RebuildLimits {
  /**
   * How far lines may be out of order, in seconds of log time: a span is given
   * this long after its end line, so that its late lines are still in it.
   */
  readonly slackSeconds: number;
  /** A span without an end is closed when its trace has been silent for this long, in seconds of log time. */
  readonly timeoutSeconds: number;
  /** Spans under way at most; over it, those of the trace that has been silent longest are closed. */
  readonly maxOpenSpans: number;
  /** Lines kept as events of one span at most. */
  readonly maxLinesPerSpan: number;
  /** Spans already given that are remembered, to know their late and repeated lines. */
  readonly maxRemembered: number;
}

const REBUILD_LIMITS: RebuildLimits = {
  slackSeconds: 0.5,
  timeoutSeconds: 60,
  maxOpenSpans: 50_000,
  maxLinesPerSpan: 1_000,
  maxRemembered: 100_000,
};

export interface RebuildCounts {
  /** Lines looked at. */
  lines: number;
  /** Lines that are in a span given. */
  inSpans: number;
  /** Lines with trace and span ids whose span never showed a boundary. */
  unplaced: number;
  /** Lines seen before (same instance and seq). */
  duplicates: number;
  /** Lines of spans that were already given. */
  late: number;
  /** Lines beyond `maxLinesPerSpan`. */
  dropped: number;
  complete: number;
  incomplete: number;
  /** Incomplete spans closed only because there were too many. */
  evicted: number;
  open: number;
}

/** What is known so far of one span. */
export interface OpenSpan {
  readonly traceId: string;
  readonly spanId: string;
  start?: Boundary;
  end?: Boundary;
  /** Who wrote the boundary lines, or the first line while there is none. */
  instance: string;
  node: string;
  readonly entries: LogEntry[];
  droppedLines: number;
}

/** The spans of one trace that are under way, and when the trace last said something. */
interface OpenTrace {
  lastSeconds: number;
  readonly spans: Map<string, OpenSpan>;
}

interface Closing {
  readonly atSeconds: number;
  readonly close: () => void;
}

/**
 * Rebuilds spans from the firehose's lines and nothing else. Lines may come
 * interleaved, out of order within the slack, and more than once.
 *
 * ```
 *   petstore  ──S1────────line────────────E1──   S = span start, E = span end
 *   payment   ───────S2───line───✗ exited        S2 closed by the process's exit
 * ```
 *
 * A span is given once: `slackSeconds` after its end line, after its process's
 * exit, after its trace fell silent for `timeoutSeconds`, or when there are too
 * many. The end line alone suffices for an exact span. What is closed without
 * one is an error with a warning; should its end come after all, that is told by
 * a new span of service `system` below it, because a span once given never
 * changes. All times are the log's: the same log gives the same spans, live or
 * replayed.
 *
 * @param give gets each span, in the order they are closed
 */
export class SpanRebuilder {
  readonly #limits: RebuildLimits;
  readonly #give: (rebuilt: RebuiltSpan) => void;
  /** In order of their last line: the one silent longest is first. */
  readonly #traces = new Map<string, OpenTrace>();
  readonly #seen = new Map<string, SeqWindow>();
  /** Spans given, newest last, and whether their end is still unknown. */
  readonly #given = new Map<string, 'complete' | 'incomplete'>();
  /** In order of time, since log time only grows. */
  #closings: Closing[] = [];
  #nextClosing = 0;
  #nowSeconds = 0;
  readonly counts: RebuildCounts = {
    lines: 0,
    inSpans: 0,
    unplaced: 0,
    duplicates: 0,
    late: 0,
    dropped: 0,
    complete: 0,
    incomplete: 0,
    evicted: 0,
    open: 0,
  };

  constructor(give: (rebuilt: RebuiltSpan) => void, limits: Partial<RebuildLimits> = {}) {
    this.#give = give;
    this.#limits = { ...REBUILD_LIMITS, ...limits };
  }

  push(entry: LogEntry): void {
    this.counts.lines++;
    if (!this.#isNew(entry)) {
      this.counts.duplicates++;
      return;
    }
    if (entry.ts > this.#nowSeconds) {
      this.#nowSeconds = entry.ts;
      this.#closeWhatIsDue();
    }
    const { trace_id: traceId, span_id: spanId } = entry.log;
    if (isTraceId(traceId) && isSpanId(spanId)) this.#place(entry, traceId, spanId);
    else if (entry.node === 'driver' && entry.log['msg'] === 'exited') this.#exited(entry);
  }

  /** The log has ended: closes everything that is under way. */
  end(): void {
    for (const { close } of this.#closings.slice(this.#nextClosing)) close();
    this.#closings = [];
    this.#nextClosing = 0;
    for (const trace of this.#traces.values()) {
      this.#closeTrace(trace, { kind: 'log-ended', message: 'the log ends before the span does' });
    }
  }

  #isNew({ instance, seq }: LogEntry): boolean {
    let window = this.#seen.get(instance);
    if (window === undefined) {
      window = new SeqWindow();
      this.#seen.set(instance, window);
      if (this.#seen.size > MAX_INSTANCES) forgetOldest(this.#seen);
    }
    return window.add(seq);
  }

  #place(entry: LogEntry, traceId: string, spanId: string): void {
    const boundary = parseBoundary(entry.log);
    const given = this.#given.get(traceId + spanId);
    if (given !== undefined) {
      this.#late(entry, traceId, spanId, boundary, given);
      return;
    }
    const span = this.#openSpan(entry, traceId, spanId);
    if (boundary === undefined) {
      this.#addLine(span, entry);
      return;
    }
    if (span.start === undefined && span.end === undefined) {
      span.instance = entry.instance;
      span.node = entry.node;
    }
    if (boundary.at === 'start') {
      if (span.start !== undefined) return;
      span.start = boundary;
    } else {
      if (span.end !== undefined) return;
      span.end = boundary;
      this.#closeLater(() => this.#closeComplete(span, boundary));
    }
    span.entries.push(entry);
  }

  #addLine(span: OpenSpan, entry: LogEntry): void {
    if (span.entries.length < this.#limits.maxLinesPerSpan) {
      span.entries.push(entry);
      return;
    }
    span.droppedLines++;
    this.counts.dropped++;
  }

  #openSpan(entry: LogEntry, traceId: string, spanId: string): OpenSpan {
    let trace = this.#traces.get(traceId);
    if (trace === undefined) {
      trace = { lastSeconds: this.#nowSeconds, spans: new Map() };
      this.#traces.set(traceId, trace);
    } else if (trace.lastSeconds < this.#nowSeconds) {
      trace.lastSeconds = this.#nowSeconds;
      // To the end of the map's order, which is the order of silence.
      this.#traces.delete(traceId);
      this.#traces.set(traceId, trace);
    }
    let span = trace.spans.get(spanId);
    if (span === undefined) {
      if (this.counts.open >= this.#limits.maxOpenSpans) this.#evict(trace);
      const { instance, node } = entry;
      span = { traceId, spanId, instance, node, entries: [], droppedLines: 0 };
      trace.spans.set(spanId, span);
      this.counts.open++;
    }
    return span;
  }

  /** A line of a span that was given already: only an end that was missed is news. */
  #late(
    entry: LogEntry,
    traceId: string,
    spanId: string,
    boundary: Boundary | undefined,
    given: 'complete' | 'incomplete',
  ): void {
    this.counts.late++;
    if (boundary?.at !== 'end' || given === 'complete') return;
    this.#given.set(traceId + spanId, 'complete');
    this.#give({ span: lateEndSpan(traceId, spanId, boundary, entry), entries: [entry] });
  }

  #exited(entry: LogEntry): void {
    const { instance, code, signal } = entry.log;
    if (typeof instance !== 'string') return;
    const how = typeof signal === 'string' ? `by ${signal}` : `with code ${String(code)}`;
    this.#closeLater(() => {
      for (const trace of this.#traces.values()) {
        for (const span of trace.spans.values()) {
          if (span.instance !== instance || span.end !== undefined) continue;
          this.#closeIncomplete(span, {
            kind: 'missing-end',
            message: `${span.node} exited ${how} before the span ended`,
            atSeconds: entry.ts,
          });
        }
      }
    });
  }

  #closeLater(close: () => void): void {
    this.#closings.push({ atSeconds: this.#nowSeconds + this.#limits.slackSeconds, close });
  }

  #closeWhatIsDue(): void {
    for (;;) {
      const next = this.#closings[this.#nextClosing];
      if (next === undefined || next.atSeconds > this.#nowSeconds) break;
      this.#nextClosing++;
      next.close();
    }
    if (this.#nextClosing > 1_024 && this.#nextClosing * 2 > this.#closings.length) {
      this.#closings = this.#closings.slice(this.#nextClosing);
      this.#nextClosing = 0;
    }
    for (const trace of this.#traces.values()) {
      if (trace.lastSeconds + this.#limits.timeoutSeconds > this.#nowSeconds) break;
      this.#closeTrace(trace, {
        kind: 'missing-end',
        message: `no end within ${this.#limits.timeoutSeconds} s of the trace's last line`,
      });
    }
  }

  /** Makes room by closing the trace that has been silent longest, but not the one that needs the room. */
  #evict(keep: OpenTrace): void {
    for (const trace of this.#traces.values()) {
      if (trace === keep) continue;
      this.counts.evicted += trace.spans.size;
      this.#closeTrace(trace, {
        kind: 'evicted',
        message: `closed early: over ${this.#limits.maxOpenSpans} spans were open at once`,
      });
      return;
    }
    // One trace holds them all: its oldest span goes.
    const [oldest] = keep.spans.values();
    if (oldest === undefined) return;
    this.counts.evicted++;
    this.#closeIncomplete(oldest, {
      kind: 'evicted',
      message: `closed early: over ${this.#limits.maxOpenSpans} spans were open at once`,
    });
  }

  #closeTrace(trace: OpenTrace, ending: SpanEnding): void {
    for (const span of trace.spans.values()) {
      if (span.end === undefined) this.#closeIncomplete(span, ending);
      else this.#closeComplete(span, span.end);
    }
  }

  #closeComplete(span: OpenSpan, end: Boundary): void {
    if (!this.#remove(span)) return;
    this.counts.complete++;
    this.#finish(span, 'complete', completeSpan(span, end));
  }

  #closeIncomplete(span: OpenSpan, ending: SpanEnding): void {
    if (!this.#remove(span)) return;
    if (span.start === undefined) {
      this.counts.unplaced += span.entries.length + span.droppedLines;
      return;
    }
    this.counts.incomplete++;
    this.#finish(span, 'incomplete', incompleteSpan(span, span.start, ending));
  }

  #remove({ traceId, spanId }: OpenSpan): boolean {
    const trace = this.#traces.get(traceId);
    if (trace?.spans.delete(spanId) !== true) return false;
    if (trace.spans.size === 0) this.#traces.delete(traceId);
    this.counts.open--;
    return true;
  }

  #finish(open: OpenSpan, state: 'complete' | 'incomplete', span: Span): void {
    this.#given.set(open.traceId + open.spanId, state);
    if (this.#given.size > this.#limits.maxRemembered) forgetOldest(this.#given);
    this.counts.inSpans += open.entries.length;
    this.#give({ span, entries: open.entries });
  }
}

const MAX_INSTANCES = 10_000;

function forgetOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}

/** Whether a line can matter to a rebuilder at all: it names a span, or tells of a process's end or of time. */
export function concernsSpans(entry: { node: string; log: JsonObject }): boolean {
  return entry.node === 'driver' || entry.log['trace_id'] !== undefined;
}
