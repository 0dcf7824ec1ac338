import { contains, type IdSpan } from './id-span.ts';

/** Of larger traces, this many spans are learned from. */
const MAX_SPANS = 200;
/** How often what speaks next must be so to be taken for a habit. */
const HABIT = 0.6;
/** The same for what spoke before, which as often was just done. */
const STRONG_HABIT = 0.9;

interface PairCounts {
  /** Spans of the second operation in traces that have the first. */
  both: number;
  /** Of those, the ones that a span of the first contains. */
  contained: number;
  /** Of those, the ones where all of the first operation comes later. */
  before: number;
}

/** Who speaks in the caller's process around a call. */
interface SpeakersAround {
  readonly next: IdSpan | undefined;
  readonly previous: IdSpan | undefined;
  readonly later: readonly IdSpan[];
}

interface CallCounts {
  /** By operation: calls where it was among the caller's others, and where it spoke next, or last before. */
  readonly present: Map<string, number>;
  readonly next: Map<string, number>;
  readonly previous: Map<string, number>;
  calls: number;
  /** Calls after which another than the caller spoke next. */
  nextByOthers: number;
}

/** What operations do in all the traces seen: who contains whom, and who speaks when a call is over. */
export class TraceHabits {
  readonly #operationOf: (span: IdSpan) => string;
  readonly #slackSeconds: number;
  readonly #pairs = new Map<string, PairCounts>();
  readonly #calls = new Map<string, CallCounts>();
  readonly #alone = new Map<string, number>();
  readonly #outermost = new Map<string, number>();

  constructor(operationOf: (span: IdSpan) => string, slackSeconds: number) {
    this.#operationOf = operationOf;
    this.#slackSeconds = slackSeconds;
  }

  addContainment(trace: readonly IdSpan[]): void {
    const spans = trace.slice(0, MAX_SPANS);
    const byOperation = Map.groupBy(spans, this.#operationOf);
    for (const inner of spans) {
      for (const [operation, others] of byOperation) {
        const outers = others.filter((other) => other !== inner);
        if (outers.length === 0) continue;
        const counts = this.#pair(operation, this.#operationOf(inner));
        counts.both++;
        if (outers.some((outer) => contains(outer, inner, this.#slackSeconds))) counts.contained++;
        if (outers.every(({ startSeconds }) => startSeconds >= inner.endSeconds)) counts.before++;
      }
    }
    for (const group of Map.groupBy(spans, ({ instance }) => instance).values()) {
      const outermost = group.filter(
        (span) => !group.some((other) => contains(other, span, this.#slackSeconds)),
      );
      for (const span of outermost) {
        increment(this.#outermost, this.#operationOf(span));
        if (outermost.length === 1) increment(this.#alone, this.#operationOf(span));
      }
    }
  }

  /** How often, 0 to 1, spans of the one operation contain those of the other; with few seen, towards a half. */
  containment(outer: IdSpan, inner: IdSpan): number {
    const { both, contained } = this.#pair(this.#operationOf(outer), this.#operationOf(inner));
    return (contained + 1) / (both + 2);
  }

  /** Whether spans of the one operation are over when those of the other have their first line. */
  alwaysBefore(first: IdSpan, second: IdSpan): boolean {
    const { both, before } = this.#pair(this.#operationOf(second), this.#operationOf(first));
    return both > 0 && before / both > STRONG_HABIT;
  }

  /**
   * Of the spans of one process and trace that no other contains, those by which
   * requests came in: of operations that are so by themselves elsewhere; else
   * those about HTTP; else the one that lasts longest, or speaks first.
   */
  entriesOf(outermost: readonly IdSpan[]): readonly IdSpan[] {
    if (outermost.length < 2) return outermost;
    const byHabit = outermost.filter((span) => {
      const operation = this.#operationOf(span);
      return (this.#alone.get(operation) ?? 0) * 2 >= (this.#outermost.get(operation) ?? 0);
    });
    if (byHabit.length > 0) return byHabit;
    const http = outermost.filter(({ httpOperation }) => httpOperation !== undefined);
    if (http.length > 0) return http;
    const lasting = (span: IdSpan): number => span.endSeconds - span.startSeconds;
    return outermost
      .toSorted((a, b) => lasting(b) - lasting(a) || a.firstSeq - b.firstSeq)
      .slice(0, 1);
  }

  /** @param others the spans directly below the caller, beside the call */
  addCall(
    call: IdSpan,
    caller: IdSpan,
    next: IdSpan | undefined,
    previous: IdSpan | undefined,
    others: readonly IdSpan[],
  ): void {
    const counts = this.#callCounts(call, caller);
    counts.calls++;
    for (const operation of new Set(others.map(this.#operationOf))) {
      increment(counts.present, operation);
    }
    if (next !== undefined && next !== caller) {
      counts.nextByOthers++;
      increment(counts.next, this.#operationOf(next));
    }
    if (previous !== undefined && previous !== caller) {
      increment(counts.previous, this.#operationOf(previous));
    }
  }

  /**
   * The span below `caller` that really made a call: the one that speaks next
   * when it is over, if its kind does so whenever it is there; where none ever
   * does, the one that always speaks just before.
   *
   * @param around of those below the caller: who speaks next and who spoke before, and all that first speak after the call began
   */
  waitingFor(
    call: IdSpan,
    caller: IdSpan,
    { next, previous, later }: SpeakersAround,
  ): { readonly span: IdSpan; readonly confidence: number } | undefined {
    const counts = this.#callCounts(call, caller);
    const share = (map: Map<string, number>, span: IdSpan): number => {
      const operation = this.#operationOf(span);
      return (map.get(operation) ?? 0) / ((counts.present.get(operation) ?? 0) + 1);
    };
    const least = HABIT * trust(counts.calls);
    for (const span of next === undefined ? later : [next, ...later]) {
      const often = share(counts.next, span);
      if (often >= least) return { span, confidence: often };
    }
    if (previous === undefined || counts.nextByOthers > 0) return undefined;
    const often = share(counts.previous, previous);
    const isHabit = often >= STRONG_HABIT * trust(counts.calls);
    return isHabit ? { span: previous, confidence: often / 2 } : undefined;
  }

  #callCounts(call: IdSpan, caller: IdSpan): CallCounts {
    const key = `${this.#operationOf(caller)}\u0001${this.#operationOf(call)}`;
    let counts = this.#calls.get(key);
    if (counts === undefined) {
      counts = {
        present: new Map(),
        next: new Map(),
        previous: new Map(),
        calls: 0,
        nextByOthers: 0,
      };
      this.#calls.set(key, counts);
    }
    return counts;
  }

  #pair(outer: string, inner: string): PairCounts {
    const key = `${outer}\u0001${inner}`;
    let counts = this.#pairs.get(key);
    if (counts === undefined) {
      counts = { both: 0, contained: 0, before: 0 };
      this.#pairs.set(key, counts);
    }
    return counts;
  }
}

/** With few calls seen, shares with one added in the denominator are lower. */
const trust = (calls: number): number => calls / (calls + 1);

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
