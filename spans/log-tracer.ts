import type { LogEntry } from '../log/entry.ts';
import { writtenTime } from '../log/written-time.ts';
import type { RuleAction } from '../rules/action.ts';
import type { Rules } from '../rules/compile.ts';
import { RuleMachine } from '../rules/machine.ts';
import { isSpanId, isTraceId } from './boundary.ts';
import { SpansFromIds } from './infer/from-ids.ts';
import { SpansFromRules } from './infer/from-rules.ts';
import { SpanRebuilder, type RebuiltSpan } from './rebuild.ts';

export interface LogTracerOptions {
  /** A line is read by the first of them that has a rule for it. */
  readonly rules?: readonly Rules[];
  /** Whether rules also read lines that carry trace ids: those that somebody wrote for this log do. */
  readonly rulesComeFirst?: boolean;
}

export interface TracerCounts {
  lines: number;
  inSpans: number;
  complete: number;
  incomplete: number;
  /** Spans of which something was inferred. */
  inferred: number;
}

/**
 * Traces any log, each line by what it tells:
 *
 * 1. span boundaries, and lines of spans that show them: exact (SpanRebuilder)
 * 2. trace ids without boundaries: spans from first to last line (SpansFromIds)
 * 3. what a rule reads, by ids of its own or none at all (SpansFromRules)
 *
 * @param give gets each span once, those of kinds 2 and 3 late
 * @param leftOver gets each line that nothing was made of
 */
export class LogTracer {
  readonly #give: (rebuilt: RebuiltSpan) => void;
  readonly #leftOver: (entry: LogEntry) => void;
  readonly #rulesComeFirst: boolean;
  readonly #rebuilder: SpanRebuilder;
  readonly #fromIds: SpansFromIds;
  readonly #fromRules: SpansFromRules;
  readonly #machines: readonly RuleMachine[];
  readonly counts: TracerCounts = { lines: 0, inSpans: 0, complete: 0, incomplete: 0, inferred: 0 };

  constructor(
    give: (rebuilt: RebuiltSpan) => void,
    leftOver: (entry: LogEntry) => void,
    { rules = [], rulesComeFirst = false }: LogTracerOptions = {},
  ) {
    this.#give = give;
    this.#leftOver = leftOver;
    this.#rulesComeFirst = rulesComeFirst;
    const take = (rebuilt: RebuiltSpan): void => this.#take(rebuilt);
    this.#fromIds = new SpansFromIds(take);
    this.#fromRules = new SpansFromRules(take);
    this.#rebuilder = new SpanRebuilder(take, {}, (entries) => {
      for (const entry of entries) this.#fromIds.push(entry);
    });
    this.#machines = rules.map(
      (each, index) =>
        new RuleMachine(each, (action) =>
          this.#fromRules.push(withOwnIds(action, index, rules.length)),
        ),
    );
  }

  push(entry: LogEntry): void {
    this.counts.lines++;
    if (this.#rulesComeFirst && this.#isRead(entry)) return;
    const { trace_id: traceId, span_id: spanId } = entry.log;
    if (entry.node === 'driver' || (isTraceId(traceId) && isSpanId(spanId))) {
      this.#rebuilder.push(entry);
      return;
    }
    if (this.#fromIds.push(entry)) return;
    if (this.#rulesComeFirst || !this.#isRead(entry)) this.#leftOver(entry);
  }

  /** The log is over: all that is under way is given. */
  end(): void {
    this.#rebuilder.end();
    this.#fromIds.end();
    for (const machine of this.#machines) machine.end();
    this.#fromRules.end();
  }

  #isRead(entry: LogEntry): boolean {
    const written = { ...entry, ts: writtenTime(entry) };
    return this.#machines.some((machine) => {
      const before = machine.counts.readLines;
      machine.push(written);
      return machine.counts.readLines > before;
    });
  }

  #take(rebuilt: RebuiltSpan): void {
    const { warnings, lines } = rebuilt.span;
    this.counts.inSpans += lines.length;
    if (warnings.some(({ kind }) => INCOMPLETE.has(kind))) this.counts.incomplete++;
    else this.counts.complete++;
    if (warnings.some(({ kind }) => kind.startsWith('inferred-'))) this.counts.inferred++;
    this.#give(rebuilt);
  }
}

/** Each machine numbers its spans from 0: here the numbers of all of them are different. */
function withOwnIds(action: RuleAction, index: number, machines: number): RuleAction {
  if (action.kind !== 'span') return action;
  const { id, parentId } = action;
  return {
    ...action,
    id: id * machines + index,
    ...(parentId !== undefined && { parentId: parentId * machines + index }),
  };
}

const INCOMPLETE = new Set(['missing-end', 'missing-start', 'log-ended', 'evicted']);
