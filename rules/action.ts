import type { JsonObject, LogEntry } from '../log/entry.ts';

/**
 * What rules make of a log, in the order of its lines: spans they know from end
 * to end, starts and ends of which nothing says how they belong together, and
 * rows. What becomes of them is up to whoever takes them. Times are Unix
 * seconds as doubles; ids are as the line has them.
 */
export type RuleAction = SpanAction | BoundaryAction | RowAction;

/** OTLP's SpanKind by name. */
export const SPAN_KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
export type SpanKindName = (typeof SPAN_KINDS)[number];

/** What a rule can say of a span, whether it knows both of its ends or one. */
export interface SpanFacts {
  /** The machine of the rules file that says it; `''` where it has no name. */
  readonly machine: string;
  readonly service: string;
  readonly name: string;
  readonly spanKind: SpanKindName;
  readonly status: { readonly code: 'unset' | 'ok' | 'error'; readonly message?: string };
  readonly attributes: JsonObject;
  /** In the order they were read. */
  readonly events: readonly RuleEvent[];
  /** Ids that a rule captured, as written: any length, any alphabet. */
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  /** By these, spans of different services belong together: a request id, a user, a port pair. */
  readonly joins: readonly Join[];
  /** The lines it was made of, in the order they were read; the first ones if there were too many. */
  readonly entries: readonly LogEntry[];
}

export interface RuleEvent {
  readonly seconds: number;
  readonly name: string;
  readonly attributes: JsonObject;
  readonly entry: LogEntry;
}

/** Equal name and equal value: related. Values are texts, so that `7` and `"7"` are equal. */
export interface Join {
  readonly name: string;
  readonly value: string;
}

/**
 * A span, given once, when it has ended: opened and closed by lines of one key,
 * or told whole by a single line.
 */
export interface SpanAction extends SpanFacts {
  readonly kind: 'span';
  /** Unique in a run; in the order of opening. */
  readonly id: number;
  /** The span of the same key that was open when this one opened; it is given later than this one. */
  readonly parentId?: number;
  /** What its lines have in common, as text; `''` for `key none`. */
  readonly key: string;
  readonly startSeconds: number;
  /** Of one whose end no line told: its last line's time. */
  readonly endSeconds: number;
  /** Why no line told its end: the log ended, its key was silent or one too many, or `done` came first. */
  readonly incomplete?: 'log-ended' | 'silent' | 'evicted' | 'done' | 'parent-closed';
  /** Lines left out of `entries`, for there were too many. */
  readonly droppedLines: number;
}

/**
 * One end of a span. A start and an end may belong together if service, `pair`
 * and `match` are equal and the start is not later; which of several do, nothing
 * says. What the end tells adds to what its start told, and wins where they
 * differ. `entries` has the one line; `name` is `''` where it tells none.
 */
export interface BoundaryAction extends SpanFacts {
  readonly kind: 'start' | 'end';
  readonly pair: string;
  /** The values that both ends have in common, as text. */
  readonly match: string;
  readonly seconds: number;
  /** Of an end that tells how long it took: its start is this much earlier. */
  readonly durationSeconds?: number;
  /** An end only where there is a start for it, such as one refusal for any of many operations. */
  readonly optional: boolean;
}

/** A row of a table: what rules are good for without spans. */
export interface RowAction {
  readonly kind: 'row';
  /** The table's name. */
  readonly row: string;
  /** Every column of its `emit`, in its order; null where there is no value. */
  readonly values: JsonObject;
  /** Log time. */
  readonly seconds: number;
}
