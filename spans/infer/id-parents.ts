import { contains, type IdSpan } from './id-span.ts';
import { TraceHabits } from './trace-habits.ts';

/** What a span hangs on, and how that is known. */
export interface IdParent {
  readonly parent: IdSpan | undefined;
  /** 0 to 1; 1 where the log names the parent. */
  readonly confidence: number;
  readonly isNamed: boolean;
}

export type OperationOf = (span: IdSpan) => string;

/**
 * The parents of spans of which only lines with ids are known, trace by trace,
 * with what all the traces together tell.
 *
 * ```
 *   shop     ·──────────────────────────────·   first and last line, or a stated duration
 *   price         ·                             one line: somewhere in shop
 *   payment              ·────────·             another service's entry
 *   checkout                          ·         the next to say something: it had waited for payment
 * ```
 *
 * A span is in the tightest one of its process that contains it, of those whose
 * operations usually do. What no other of its process contains is the process's
 * entry, and is in the tightest span elsewhere. Of spans that only speak when
 * they are done, it is not seen what they contain: what speaks next in a process
 * after a call is over is taken to be what made the call, and so to have begun
 * before it. A parent that the log names is taken if it logged; else its nearest
 * logged ancestor is looked for in the same way.
 */
export function inferIdParents(
  traces: readonly (readonly IdSpan[])[],
  operationOf: OperationOf,
  slackSeconds: number,
): ReadonlyMap<IdSpan, IdParent> {
  const habits = new TraceHabits(operationOf, slackSeconds);
  for (const trace of traces) habits.addContainment(trace);
  const forests = traces.map((trace) =>
    pieces(trace).map((piece) => new TraceTree(piece, habits, slackSeconds)),
  );
  for (const tree of forests.flat()) tree.learnWaiting();
  const parents = new Map<IdSpan, IdParent>();
  for (const [first, ...others] of forests) {
    first?.finish();
    for (const tree of others) {
      tree.finish();
      tree.hangOn(first?.root);
    }
    for (const tree of [first, ...others]) {
      for (const [span, parent] of tree?.parents ?? []) parents.set(span, parent);
    }
  }
  return parents;
}

/** Of a huge trace, so many spans are looked at together. */
const MAX_TOGETHER = 2_000;

/** A trace in pieces that can be looked at, by time. */
function pieces(trace: readonly IdSpan[]): readonly (readonly IdSpan[])[] {
  if (trace.length <= MAX_TOGETHER) return [trace];
  const ordered = trace.toSorted((a, b) => a.startSeconds - b.startSeconds);
  return Array.from({ length: Math.ceil(ordered.length / MAX_TOGETHER) }, (_, piece) =>
    ordered.slice(piece * MAX_TOGETHER, (piece + 1) * MAX_TOGETHER),
  );
}

class TraceTree {
  readonly parents = new Map<IdSpan, IdParent>();
  readonly #spans: readonly IdSpan[];
  readonly #habits: TraceHabits;
  readonly #slackSeconds: number;
  readonly #ofInstance: ReadonlyMap<string, readonly IdSpan[]>;

  constructor(spans: readonly IdSpan[], habits: TraceHabits, slackSeconds: number) {
    this.#spans = spans;
    this.#habits = habits;
    this.#slackSeconds = slackSeconds;
    this.#ofInstance = Map.groupBy(spans, ({ instance }) => instance);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const entries = [...this.#ofInstance.values()].flatMap((group) => this.#placeWithin(group));
    this.#placeEntries(entries);
    for (const span of spans) {
      const named = byId.get(span.parentSpanId ?? '');
      if (named !== undefined)
        this.parents.set(span, { parent: named, confidence: 1, isNamed: true });
    }
  }

  /** Which spans speak around the calls that others make: told to the habits. */
  learnWaiting(): void {
    for (const { call, caller, next, previous } of this.#calls()) {
      this.#habits.addCall(call, caller, next, previous, this.#siblings(caller, call));
    }
  }

  /** With what all trees have told the habits. */
  finish(): void {
    this.#pushDown();
    this.#cutCycles();
  }

  /** What has no parent. */
  get root(): IdSpan | undefined {
    return this.#spans.find((span) => this.parents.get(span)?.parent === undefined);
  }

  /** Gives all that has no parent that one. */
  hangOn(parent: IdSpan | undefined): void {
    for (const span of this.#spans) {
      if (this.parents.get(span)?.parent !== undefined) continue;
      this.parents.set(span, { parent, confidence: AFTER_THE_ROOT, isNamed: false });
    }
  }

  /** Moves calls, and what was done for them, into the spans that had waited for them. */
  #pushDown(): void {
    for (const { call, caller, next, previous } of this.#calls()) {
      const siblings = this.#siblings(caller, call).filter(
        ({ instance }) => instance === caller.instance,
      );
      const later = siblings.filter((span) => span.startSeconds >= call.startSeconds);
      const among = (span: IdSpan | undefined): IdSpan | undefined =>
        span !== undefined && siblings.includes(span) ? span : undefined;
      const waiting = this.#habits.waitingFor(call, caller, {
        next: among(next),
        previous: among(previous),
        later,
      });
      if (waiting === undefined) continue;
      const { span, confidence } = waiting;
      this.parents.set(call, { parent: span, confidence, isNamed: false });
      for (const sibling of siblings) {
        if (sibling === span) continue;
        if (sibling.lastSeq > span.lastSeq) continue;
        const isWithin = sibling.startSeconds >= call.startSeconds;
        if (!isWithin && !this.#habits.alwaysBefore(sibling, span)) continue;
        this.parents.set(sibling, {
          parent: span,
          confidence: isWithin ? confidence : confidence * BEFORE_THE_CALL,
          isNamed: false,
        });
      }
    }
  }

  /** Parents that the log names can contradict inferred ones: those give way. */
  #cutCycles(): void {
    for (const first of this.#spans) {
      const seen = new Set<IdSpan>();
      let at: IdSpan | undefined = first;
      while (at !== undefined && !seen.has(at)) {
        seen.add(at);
        at = this.parents.get(at)?.parent;
      }
      if (at === undefined) continue;
      const inferred = [...seen].findLast((span) => this.parents.get(span)?.isNamed === false);
      this.parents.set(inferred ?? at, { parent: undefined, confidence: 0, isNamed: false });
    }
  }

  /** Gives each span of a process its tightest container there. Gives back those without: its entries. */
  #placeWithin(group: readonly IdSpan[]): readonly IdSpan[] {
    const outermost: IdSpan[] = [];
    for (const span of group) {
      const container = this.#tightest(span, group);
      if (container === undefined) outermost.push(span);
      else this.#place(span, container, this.#habits.containment(container, span));
    }
    const entries = this.#habits.entriesOf(outermost);
    const ordered = entries.toSorted((a, b) => a.lastSeq - b.lastSeq);
    for (const span of outermost) {
      if (entries.includes(span)) continue;
      const nearest = ordered.find(({ lastSeq }) => lastSeq > span.lastSeq) ?? ordered.at(-1);
      if (nearest !== undefined) this.#place(span, nearest, BESIDE);
    }
    return entries;
  }

  #placeEntries(entries: readonly IdSpan[]): void {
    const orphans: IdSpan[] = [];
    for (const entry of entries) {
      const elsewhere = this.#spans.filter(({ instance }) => instance !== entry.instance);
      const container = this.#tightest(entry, elsewhere);
      if (container === undefined) orphans.push(entry);
      else this.#place(entry, container, this.#habits.containment(container, entry));
    }
    const [root, ...others] = orphans.toSorted(
      (a, b) => a.startSeconds - b.startSeconds || b.endSeconds - a.endSeconds,
    );
    if (root === undefined) return;
    this.parents.set(root, { parent: undefined, confidence: 1, isNamed: false });
    for (const entry of others) {
      const around = this.#spans.filter(
        (span) => span.instance !== entry.instance && isDuring(entry.startSeconds, span),
      );
      const usual = around.toSorted(
        (a, b) => this.#habits.containment(b, entry) - this.#habits.containment(a, entry),
      );
      this.#place(entry, usual[0] ?? root, usual.length === 0 ? AFTER_THE_ROOT : BESIDE);
    }
  }

  #tightest(span: IdSpan, among: readonly IdSpan[]): IdSpan | undefined {
    const containers = among.filter(
      (other) => contains(other, span, this.#slackSeconds) && !contains(span, other, 0),
    );
    const usual = containers.filter((other) => this.#habits.containment(other, span) >= USUAL);
    return (usual.length === 0 ? containers : usual).reduce<IdSpan | undefined>(
      (best, other) => (best === undefined || isTighter(other, best) ? other : best),
      undefined,
    );
  }

  #place(span: IdSpan, parent: IdSpan, confidence: number): void {
    this.parents.set(span, { parent, confidence, isNamed: false });
  }

  /** Entries below a span of another process, with who speaks next there, and who spoke before. */
  *#calls(): Generator<{
    call: IdSpan;
    caller: IdSpan;
    next: IdSpan | undefined;
    previous: IdSpan | undefined;
  }> {
    for (const call of this.#spans) {
      const { parent: caller, isNamed } = this.parents.get(call) ?? {};
      if (caller === undefined || isNamed || caller.instance === call.instance) continue;
      const group = (this.#ofInstance.get(caller.instance) ?? []).filter(
        (span) => !contains(span, call, this.#slackSeconds) || span === caller,
      );
      const next = firstBy(group, (span) => speaksAfter(span, call.endSeconds));
      const previous = firstBy(group, (span) => {
        const at = speaksBefore(span, call.startSeconds);
        return at === undefined ? undefined : -at;
      });
      yield { call, caller, next, previous };
    }
  }

  /** The other spans directly below the same one. */
  #siblings(caller: IdSpan, call: IdSpan): IdSpan[] {
    return this.#spans.filter((span) => {
      const { parent, isNamed } = this.parents.get(span) ?? {};
      return span !== call && parent === caller && isNamed === false;
    });
  }
}

/** Operations that contain another this often do so by nature. */
const USUAL = 0.8;
/** How sure it is that a span without container belongs to the entry of its process. */
const BESIDE = 0.6;
/** How sure it is that an entry that nothing contains was caused by the root. */
const AFTER_THE_ROOT = 0.4;
/** How sure it is that what always comes before a call was done by who made the call. */
const BEFORE_THE_CALL = 0.75;

function isDuring(seconds: number, { startSeconds, endSeconds }: IdSpan): boolean {
  return startSeconds <= seconds && seconds <= endSeconds;
}

function isTighter(a: IdSpan, b: IdSpan): boolean {
  if (a.instance === b.instance && a.lastSeq !== b.lastSeq) return a.lastSeq < b.lastSeq;
  return a.endSeconds - a.startSeconds < b.endSeconds - b.startSeconds;
}

/** When a span's first line after a time is. */
function speaksAfter(span: IdSpan, seconds: number): number | undefined {
  return span.lineSeconds.find((at) => at >= seconds);
}

/** When a span's last line before a time is. */
function speaksBefore(span: IdSpan, seconds: number): number | undefined {
  return span.lineSeconds.findLast((at) => at <= seconds);
}

function firstBy(
  spans: readonly IdSpan[],
  orderOf: (span: IdSpan) => number | undefined,
): IdSpan | undefined {
  let first: IdSpan | undefined;
  let least = Infinity;
  for (const span of spans) {
    const order = orderOf(span);
    if (order === undefined || order > least) continue;
    if (order === least && first !== undefined && first.firstSeq < span.firstSeq) continue;
    least = order;
    first = span;
  }
  return first;
}
