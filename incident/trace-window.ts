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
    if (trace === undefined)
      this.#traces.set(seen.traceId, (trace = new GrowingTrace(seen.traceId)));
    if (!trace.add(seen)) return;
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

  /** In the order they were first seen, with spans that may still change as they are. */
  traces(underWay: readonly Span[] = []): readonly SeenTrace[] {
    const seen = underWay
      .map((span) => seenSpan(span, this.#names))
      .filter(({ service }) => service !== OWN_SERVICE);
    const more = Map.groupBy(seen, ({ traceId }) => traceId);
    const known = Array.from(this.#traces.values(), (trace) =>
      more.has(trace.traceId) ? trace.with(more.get(trace.traceId) ?? []) : trace,
    );
    const others = [...more].filter(([traceId]) => !this.#traces.has(traceId));
    return [...known, ...others.map(([traceId, spans]) => new GrowingTrace(traceId).with(spans))];
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

  constructor(traceId: string) {
    this.traceId = traceId;
  }

  /** A copy that has these too, as far as there is room. */
  with(spans: readonly SeenSpan[]): GrowingTrace {
    const copy = new GrowingTrace(this.traceId);
    for (const span of [...this.#spans, ...spans]) copy.add(span);
    return copy;
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
