import { SeqWindow } from '../log/seq-window.ts';
import { IdMap } from './id-map.ts';
import { LinkedList, type Links } from './linked-list.ts';
import { ID_WORDS, TRACE_WORDS } from './span-ids.ts';

/** What the machine has to know of a log line, in whatever form the line is kept. */
export interface SpanLine {
  /** Unix seconds. */
  readonly ts: number;
  readonly node: string;
  readonly instance: string;
  readonly seq: number;
  /** The words of its trace id and span id are in `ids` from `idsAt` on; that is -1 for a line without two valid ids. */
  readonly ids: Int32Array;
  readonly idsAt: number;
  /** Set on a line that is a boundary with all that a boundary needs. */
  readonly boundary: 'start' | 'end' | undefined;
}

/** What is known so far of one span. */
export interface SpanLines<Line> {
  /** The first line read. */
  readonly first: Line;
  readonly start: Line | undefined;
  readonly end: Line | undefined;
  /** Who wrote the boundary lines, or the first line while there is none. */
  readonly instance: string;
  readonly node: string;
  /** In the order they were read. */
  readonly lines: readonly Line[];
  readonly droppedLines: number;
}

/** Why a span without an end line is closed. */
export interface SpanEnding {
  readonly kind: 'missing-end' | 'log-ended' | 'evicted';
  readonly message: string;
  /** When it ended, in Unix seconds, if that is known; else its own last line was its last sign of life. */
  readonly atSeconds?: number;
}

/** What becomes of spans, in the order they are closed. */
export interface SpanTaker<Line> {
  /** `span.end` is there. */
  complete(span: SpanLines<Line>): void;
  /** `span.start` is there. */
  incomplete(span: SpanLines<Line>, ending: SpanEnding): void;
  /** The end line of a span that was given as incomplete. */
  lateEnd(line: Line): void;
  /** Neither `start` nor `end` is there: lines that name a span which never shows a boundary. */
  unplaced?(span: SpanLines<Line>): void;
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
  /** Spans already given that are remembered at least, to know their late and repeated lines; at most twice as many are. */
  readonly minRemembered: number;
}

const REBUILD_LIMITS: RebuildLimits = {
  slackSeconds: 0.5,
  timeoutSeconds: 60,
  maxOpenSpans: 50_000,
  maxLinesPerSpan: 1_000,
  minRemembered: 50_000,
};

const MAX_INSTANCES = 10_000;

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

class OpenSpan<Line extends SpanLine> implements SpanLines<Line>, Links<OpenSpan<Line>> {
  readonly first: Line;
  readonly trace: OpenTrace<Line>;
  start: Line | undefined;
  end: Line | undefined;
  instance: string;
  node: string;
  readonly lines: Line[] = [];
  droppedLines = 0;
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
interface OpenTrace<Line extends SpanLine> extends Links<OpenTrace<Line>> {
  readonly spans: LinkedList<OpenSpan<Line>>;
  open: number;
  lastSeconds: number;
}

type Given = 'complete' | 'incomplete';

interface Closing {
  readonly atSeconds: number;
  readonly close: () => void;
}

/**
 * Puts lines into spans, and says when a span is to be given. Lines may come
 * interleaved, out of order within the slack, and more than once.
 *
 * ```
 *   petstore  ──S1────────line────────────E1──   S = span start, E = span end
 *   payment   ───────S2───line───✗ exited        S2 closed by the process's exit
 * ```
 *
 * A span is given once: `slackSeconds` after its end line, after its process's
 * exit, after its trace fell silent for `timeoutSeconds`, or when there are too
 * many. The end line alone suffices for an exact span. All times are the log's:
 * the same log gives the same spans, live or replayed.
 *
 * It knows nothing of what else is in a line, so that lines can be objects that
 * were parsed (SpanRebuilder) or places in a text that was not (SpanScanner).
 */
export class SpanMachine<Line extends SpanLine> {
  readonly #limits: RebuildLimits;
  readonly #taker: SpanTaker<Line>;
  readonly #spans = new IdMap<OpenSpan<Line>>(ID_WORDS);
  readonly #traces = new IdMap<OpenTrace<Line>>(TRACE_WORDS);
  /** The trace that has been silent longest is first. */
  readonly #silence = new LinkedList<OpenTrace<Line>>();
  readonly #seen = new Map<string, SeqWindow>();
  /** Spans given, and whether their end is still unknown; `#given` is the younger half. */
  #given = new IdMap<Given>(ID_WORDS);
  #givenBefore = new IdMap<Given>(ID_WORDS);
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

  constructor(taker: SpanTaker<Line>, limits: Partial<RebuildLimits> = {}) {
    this.#taker = taker;
    this.#limits = { ...REBUILD_LIMITS, ...limits };
  }

  push(line: Line): void {
    if (!this.#arrives(line)) return;
    if (line.idsAt !== -1) this.#place(line);
  }

  /** A line that tells of the exit of `instance`: what that leaves open ends then, for the reason that `how` says. */
  pushExit(line: Line, instance: string, how: string): void {
    if (!this.#arrives(line)) return;
    this.#closeLater(() => {
      for (const trace of this.#silence) {
        for (const span of trace.spans) {
          if (span.instance !== instance || span.end !== undefined) continue;
          this.#closeIncomplete(span, {
            kind: 'missing-end',
            message: `${span.node} exited ${how} before the span ended`,
            atSeconds: line.ts,
          });
        }
      }
    });
  }

  /** The log has ended: closes everything that is under way. */
  end(): void {
    for (const { close } of this.#closings.slice(this.#nextClosing)) close();
    this.#closings = [];
    this.#nextClosing = 0;
    for (const trace of this.#silence) {
      this.#closeTrace(trace, { kind: 'log-ended', message: 'the log ends before the span does' });
    }
  }

  /** Those under way, the trace that has been silent longest first. */
  *openSpans(): Generator<SpanLines<Line>> {
    for (const trace of this.#silence) yield* trace.spans;
  }

  /** Counts the line and lets log time go on; false for one that was seen before. */
  #arrives(line: Line): boolean {
    this.counts.lines++;
    if (!this.#isNew(line)) {
      this.counts.duplicates++;
      return false;
    }
    if (line.ts > this.#nowSeconds) {
      this.#nowSeconds = line.ts;
      this.#closeWhatIsDue();
    }
    return true;
  }

  #isNew({ instance, seq }: Line): boolean {
    let window = this.#seen.get(instance);
    if (window === undefined) {
      window = new SeqWindow();
      this.#seen.set(instance, window);
      if (this.#seen.size > MAX_INSTANCES) forgetOldest(this.#seen);
    }
    return window.add(seq);
  }

  #place(line: Line): void {
    const { ids, idsAt } = line;
    let span = this.#spans.get(ids, idsAt);
    if (span === undefined) {
      const given = this.#given.get(ids, idsAt) ?? this.#givenBefore.get(ids, idsAt);
      if (given !== undefined) {
        this.#late(line, given);
        return;
      }
      span = this.#openSpan(line);
    }
    this.#speaks(span.trace);
    this.#add(span, line);
  }

  #add(span: OpenSpan<Line>, line: Line): void {
    const { boundary } = line;
    if (boundary === undefined) {
      if (span.lines.length < this.#limits.maxLinesPerSpan) {
        span.lines.push(line);
        return;
      }
      span.droppedLines++;
      this.counts.dropped++;
      return;
    }
    const isEnd = boundary === 'end';
    if ((isEnd ? span.end : span.start) !== undefined) return;
    if (span.start === undefined && span.end === undefined) {
      span.instance = line.instance;
      span.node = line.node;
    }
    span.lines.push(line);
    if (isEnd) {
      span.end = line;
      this.#closeLater(() => this.#closeComplete(span));
    } else {
      span.start = line;
    }
  }

  #openSpan(line: Line): OpenSpan<Line> {
    const { ids, idsAt } = line;
    if (this.counts.open >= this.#limits.maxOpenSpans) this.#evict(this.#traces.get(ids, idsAt));
    const trace = this.#traces.get(ids, idsAt) ?? this.#openTrace(line);
    const span = new OpenSpan(line, trace);
    trace.spans.append(span);
    trace.open++;
    this.#spans.set(ids, idsAt, span);
    this.counts.open++;
    return span;
  }

  #openTrace({ ids, idsAt }: Line): OpenTrace<Line> {
    const trace: OpenTrace<Line> = {
      spans: new LinkedList(),
      open: 0,
      lastSeconds: this.#nowSeconds,
      before: undefined,
      after: undefined,
    };
    this.#traces.set(ids, idsAt, trace);
    this.#silence.append(trace);
    return trace;
  }

  /** Moves the trace to the end of the order of silence. */
  #speaks(trace: OpenTrace<Line>): void {
    if (trace.lastSeconds === this.#nowSeconds) return;
    trace.lastSeconds = this.#nowSeconds;
    if (trace.after === undefined) return;
    this.#silence.remove(trace);
    this.#silence.append(trace);
  }

  /** A line of a span that was given already: only an end that was missed is news. */
  #late(line: Line, given: Given): void {
    this.counts.late++;
    if (line.boundary !== 'end' || given === 'complete') return;
    this.#remember(line, 'complete');
    this.#taker.lateEnd(line);
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
    for (;;) {
      const trace = this.#silence.first;
      if (trace === undefined) return;
      if (trace.lastSeconds + this.#limits.timeoutSeconds > this.#nowSeconds) return;
      this.#closeTrace(trace, {
        kind: 'missing-end',
        message: `no end within ${this.#limits.timeoutSeconds} s of the trace's last line`,
      });
    }
  }

  /** Makes room by closing the trace that has been silent longest, but not the one that needs the room. */
  #evict(keep: OpenTrace<Line> | undefined): void {
    const ending: SpanEnding = {
      kind: 'evicted',
      message: `closed early: over ${this.#limits.maxOpenSpans} spans were open at once`,
    };
    const { first } = this.#silence;
    const trace = first === keep ? keep?.after : first;
    if (trace !== undefined) {
      this.counts.evicted += trace.open;
      this.#closeTrace(trace, ending);
      return;
    }
    // One trace holds them all: its oldest span goes.
    const oldest = keep?.spans.first;
    if (oldest === undefined) return;
    this.counts.evicted++;
    this.#close(oldest, ending);
  }

  #closeTrace(trace: OpenTrace<Line>, ending: SpanEnding): void {
    for (const span of trace.spans) this.#close(span, ending);
  }

  #close(span: OpenSpan<Line>, ending: SpanEnding): void {
    if (span.end === undefined) this.#closeIncomplete(span, ending);
    else this.#closeComplete(span);
  }

  #closeComplete(span: OpenSpan<Line>): void {
    if (!this.#remove(span)) return;
    this.counts.complete++;
    this.counts.inSpans += span.lines.length;
    this.#remember(span.first, 'complete');
    this.#taker.complete(span);
  }

  #closeIncomplete(span: OpenSpan<Line>, ending: SpanEnding): void {
    if (!this.#remove(span)) return;
    if (span.start === undefined) {
      this.counts.unplaced += span.lines.length + span.droppedLines;
      this.#taker.unplaced?.(span);
      return;
    }
    this.counts.incomplete++;
    this.counts.inSpans += span.lines.length;
    this.#remember(span.first, 'incomplete');
    this.#taker.incomplete(span, ending);
  }

  /** False for one that was closed before. */
  #remove(span: OpenSpan<Line>): boolean {
    if (span.isClosed) return false;
    span.isClosed = true;
    const { trace } = span;
    const { ids, idsAt } = span.first;
    this.#spans.delete(ids, idsAt);
    trace.spans.remove(span);
    trace.open--;
    if (trace.open === 0) {
      this.#traces.delete(ids, idsAt);
      this.#silence.remove(trace);
    }
    this.counts.open--;
    return true;
  }

  #remember({ ids, idsAt }: Line, state: Given): void {
    this.#given.set(ids, idsAt, state);
    if (this.#given.size < this.#limits.minRemembered) return;
    this.#givenBefore = this.#given;
    this.#given = new IdMap(ID_WORDS);
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
