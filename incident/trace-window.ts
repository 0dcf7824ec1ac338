import type { Span } from '../spans/span.ts';
import { Names } from './names.ts';
import { observe, type Observation } from './observation.ts';
import { seenSpan, type SeenSpan } from './seen-span.ts';

/** All spans of one trace that were seen so far. */
export interface SeenTrace {
  readonly traceId: string;
  readonly spans: readonly SeenSpan[];
  /** Unix microseconds, of all its spans. */
  readonly startMicros: number;
  readonly endMicros: number;
  /** What each span shows, computed once and again when a span is added. */
  readonly observations: readonly Observation[];
}

const MAX_SPANS = 400_000;
/** A trace of more spans is cut: what is wrong shows in these. */
const MAX_SPANS_A_TRACE = 20_000;
/** Spans of ours tell of incidents; they are none themselves. */
const OWN_SERVICE = 'system';

/**
 * The newest traces, bounded by their spans: whole traces fall out, the one that
 * began to be seen first before all, and are counted.
 */
export class TraceWindow {
  readonly #maxSpans: number;
  readonly #traces = new Map<string, GrowingTrace>();
  readonly #names = new Names();
  #spans = 0;
  droppedTraces = 0;

  constructor(maxSpans = MAX_SPANS) {
    this.#maxSpans = maxSpans;
  }

  add(span: Span): void {
    const seen = seenSpan(span, this.#names);
    if (seen.service === OWN_SERVICE) return;
    let trace = this.#traces.get(seen.traceId);
    if (trace === undefined) this.#traces.set(seen.traceId, (trace = new GrowingTrace(seen)));
    else if (!trace.add(seen)) return;
    if (++this.#spans > this.#maxSpans) this.#drop();
  }

  /** Drops traces that ended before this time. */
  forget(beforeMicros: number): void {
    for (const [traceId, trace] of this.#traces) {
      if (trace.endMicros >= beforeMicros) return;
      this.#traces.delete(traceId);
      this.#spans -= trace.spans.length;
    }
  }

  /** In the order they were first seen. */
  get traces(): readonly SeenTrace[] {
    return [...this.#traces.values()];
  }

  get spanCount(): number {
    return this.#spans;
  }

  #drop(): void {
    for (const [traceId, trace] of this.#traces) {
      if (this.#spans <= this.#maxSpans || this.#traces.size === 1) return;
      this.#traces.delete(traceId);
      this.#spans -= trace.spans.length;
      this.droppedTraces++;
    }
  }
}

class GrowingTrace implements SeenTrace {
  readonly traceId: string;
  readonly #spans: SeenSpan[] = [];
  #observations: readonly Observation[] | undefined;
  startMicros = Infinity;
  endMicros = -Infinity;

  constructor(first: SeenSpan) {
    this.traceId = first.traceId;
    this.add(first);
  }

  /** Whether there was room. */
  add(span: SeenSpan): boolean {
    if (this.#spans.length >= MAX_SPANS_A_TRACE) return false;
    this.#spans.push(span);
    this.#observations = undefined;
    this.startMicros = Math.min(this.startMicros, span.startMicros);
    this.endMicros = Math.max(this.endMicros, span.endMicros);
    return true;
  }

  get spans(): readonly SeenSpan[] {
    return this.#spans;
  }

  get observations(): readonly Observation[] {
    return (this.#observations ??= observe(this.#spans));
  }
}
