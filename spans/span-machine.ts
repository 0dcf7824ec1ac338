import { Deadlines, type Deadline } from './deadlines.ts';
import { GivenSpans, type Given } from './given-spans.ts';
import { OpenSpans, type OpenSpan, type OpenTrace } from './open-spans.ts';
import {
  noCounts,
  REBUILD_LIMITS,
  type RebuildCounts,
  type RebuildLimits,
} from './rebuild-limits.ts';
import { SeenLines } from './seen-lines.ts';
import type { SpanEnding, SpanLine, SpanLines, SpanTaker } from './span-lines.ts';

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
  readonly #open = new OpenSpans<Line>();
  readonly #given: GivenSpans;
  readonly #seen = new SeenLines();
  readonly #deadlines = new Deadlines();
  #nowSeconds = 0;
  readonly counts: RebuildCounts = noCounts();

  constructor(taker: SpanTaker<Line>, limits: Partial<RebuildLimits> = {}) {
    this.#taker = taker;
    this.#limits = { ...REBUILD_LIMITS, ...limits };
    this.#given = new GivenSpans(this.#limits.minRemembered);
  }

  push(line: Line): void {
    if (!this.#arrives(line)) return;
    if (line.idsAt !== -1) this.#place(line);
  }

  /** A line that tells of the exit of `instance`: what that leaves open ends then, for the reason that `how` says. */
  pushExit(line: Line, instance: string, how: string): void {
    if (!this.#arrives(line)) return;
    this.#afterSlack(() => {
      for (const span of this.#open) {
        if (span.instance !== instance || span.end !== undefined) continue;
        this.#closeIncomplete(span, {
          kind: 'missing-end',
          message: `${span.node} exited ${how} before the span ended`,
          atSeconds: line.ts,
        });
      }
    });
  }

  /** The log has ended: closes everything that is under way. */
  end(): void {
    this.#deadlines.comeTo(Number.POSITIVE_INFINITY);
    for (const span of this.#open) {
      this.#close(span, { kind: 'log-ended', message: 'the log ends before the span does' });
    }
  }

  /** Those under way, the trace that has been silent longest first. */
  openSpans(): Iterable<SpanLines<Line>> {
    return this.#open;
  }

  /** Counts the line and lets log time go on; false for one that was seen before. */
  #arrives(line: Line): boolean {
    this.counts.lines++;
    if (!this.#seen.add(line)) {
      this.counts.duplicates++;
      return false;
    }
    if (line.ts > this.#nowSeconds) {
      this.#nowSeconds = line.ts;
      this.#closeWhatIsDue();
    }
    return true;
  }

  #place(line: Line): void {
    let span = this.#open.get(line);
    if (span === undefined) {
      const given = this.#given.get(line);
      if (given !== undefined) {
        this.#late(line, given);
        return;
      }
      if (this.#open.size >= this.#limits.maxOpenSpans) this.#evict(this.#open.trace(line));
      span = this.#open.open(line, this.#nowSeconds);
      this.counts.open++;
    }
    this.#open.speaks(span.trace, this.#nowSeconds);
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
      span.deadline = this.#afterSlack(() => {
        span.deadline = undefined;
        this.#closeComplete(span);
      });
    } else {
      span.start = line;
    }
  }

  /** A line of a span that was given already: only an end that was missed is news. */
  #late(line: Line, given: Given): void {
    this.counts.late++;
    if (line.boundary !== 'end' || given === 'complete') return;
    this.#given.set(line, 'complete');
    this.#taker.lateEnd(line);
  }

  #afterSlack(act: () => void): Deadline {
    return this.#deadlines.add(this.#nowSeconds + this.#limits.slackSeconds, act);
  }

  #closeWhatIsDue(): void {
    this.#deadlines.comeTo(this.#nowSeconds);
    for (;;) {
      const trace = this.#open.traces.first;
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
    const { first } = this.#open.traces;
    const trace = first === keep ? keep?.after : first;
    if (trace !== undefined) {
      this.counts.evicted += trace.size;
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
    if (!this.#open.close(span)) return;
    if (span.deadline !== undefined) this.#deadlines.cancel(span.deadline);
    this.counts.open--;
    this.counts.complete++;
    this.counts.inSpans += span.lines.length;
    this.#given.set(span.first, 'complete');
    this.#taker.complete(span);
  }

  #closeIncomplete(span: OpenSpan<Line>, ending: SpanEnding): void {
    if (!this.#open.close(span)) return;
    this.counts.open--;
    if (span.start === undefined) {
      this.counts.unplaced += span.lines.length + span.droppedLines;
      this.#taker.unplaced?.(span);
      return;
    }
    this.counts.incomplete++;
    this.counts.inSpans += span.lines.length;
    this.#given.set(span.first, 'incomplete');
    this.#taker.incomplete(span, ending);
  }
}
