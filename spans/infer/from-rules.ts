import { hash } from 'node:crypto';
import { normalId } from '../../log/normal-id.ts';
import type { BoundaryAction, RuleAction, SpanAction } from '../../rules/action.ts';
import type { RebuiltSpan } from '../rebuild.ts';
import { STATUS, type Span, type SpanEvent, type SpanStatus, type SpanWarning } from '../span.ts';
import { ParentAssigner } from './assign.ts';
import { clockUnit } from './clock-unit.ts';
import {
  CERTAIN,
  draftOfEnd,
  draftOfPair,
  draftOfSpan,
  draftOfStart,
  rounded,
  type Draft,
} from './draft.ts';
import type { ParentLink } from './edge.ts';
import { lineRef } from '../line-key.ts';
import { unixNano } from './line-event.ts';
import { pairMarks, type Mark } from './pairs.ts';

export interface FromRulesLimits {
  /** Spans, starts and ends held at once, at most; when so many are there, the older half is decided. */
  readonly maxHeld: number;
  /** A start is given up when its end has not come for this long, in seconds of log time. */
  readonly timeoutSeconds: number;
}

const LIMITS: FromRulesLimits = { maxHeld: 20_000, timeoutSeconds: 60 };

export interface FromRulesCounts {
  spans: number;
  /** Spans whose end or start is not known. */
  incomplete: number;
  /** Spans whose parent was inferred. */
  inferred: number;
  /** Ends that say nothing and have no start. */
  lonelyEnds: number;
}

/**
 * Makes spans of what rules say of a log without trace ids, and finds out how
 * they belong together: starts with ends (`pairMarks`), then spans with their
 * parents (`ParentAssigner`).
 *
 * Much is decided at once, so spans come late: when `maxHeld` are there, or at
 * the end. Each comes once, whole traces at a time. A trace that lasts longer
 * than half of what is held can be torn: its earlier spans then have no parent.
 * Ids that rules captured are kept; others are derived from the span's first
 * line, so the same log gives the same ids.
 */
export class SpansFromRules {
  readonly #give: (rebuilt: RebuiltSpan) => void;
  readonly #limits: FromRulesLimits;
  readonly #parents = new ParentAssigner();
  #spans: SpanAction[] = [];
  #starts: BoundaryAction[] = [];
  #ends: BoundaryAction[] = [];
  readonly counts: FromRulesCounts = { spans: 0, incomplete: 0, inferred: 0, lonelyEnds: 0 };

  constructor(give: (rebuilt: RebuiltSpan) => void, limits: Partial<FromRulesLimits> = {}) {
    this.#give = give;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Rows are passed over. */
  push(action: RuleAction): void {
    if (action.kind === 'span') this.#spans.push(action);
    else if (action.kind === 'start') this.#starts.push(action);
    else if (action.kind === 'end') this.#ends.push(action);
    else return;
    if (this.#held() < this.#limits.maxHeld) return;
    this.#decide(this.#middleSeconds());
    if (this.#held() > this.#limits.maxHeld * STILL_FULL) this.#decide(Infinity);
  }

  /** The log is over: all that is held is given. */
  end(): void {
    this.#decide(Infinity);
  }

  #held(): number {
    return this.#spans.length + this.#starts.length + this.#ends.length;
  }

  /** The time by which half of what is held had ended. */
  #middleSeconds(): number {
    const times = [
      ...this.#spans.map(({ endSeconds }) => endSeconds),
      ...this.#starts.map(({ seconds }) => seconds),
      ...this.#ends.map(({ seconds }) => seconds),
    ].sort((a, b) => a - b);
    return times[times.length >> 1] ?? 0;
  }

  /** Gives all traces that were over by a time. */
  #decide(untilSeconds: number): void {
    const drafts = this.#drafts(untilSeconds);
    const known = knownParents(drafts);
    const links = this.#parents.assign(
      drafts.map(({ observed }) => observed),
      known,
    );
    const roots = rootsOf(links);
    const lasts = new Map<number, number>();
    for (const [index, { observed }] of drafts.entries()) {
      const root = roots[index] ?? index;
      lasts.set(root, Math.max(lasts.get(root) ?? -Infinity, observed.endSeconds));
    }
    const isOver = (index: number): boolean =>
      (lasts.get(roots[index] ?? index) ?? Infinity) <= untilSeconds;
    const traceIds = this.#traceIds(drafts, roots);
    const gone = new Set<RuleAction>();
    for (const [index, draft] of drafts.entries()) {
      if (!isOver(index)) continue;
      for (const action of draft.actions) gone.add(action);
      const link = links[index] ?? { parent: undefined, confidence: 1 };
      const parent = link.parent === undefined ? undefined : drafts[link.parent];
      const span = toSpan(draft, traceIds.get(roots[index] ?? index) ?? '', parent, {
        ...link,
        isKnown: known.has(index),
      });
      this.#count(span);
      this.#give({ span, entries: draft.facts.entries });
    }
    const isHeld = (action: RuleAction): boolean => !gone.has(action);
    this.#spans = this.#spans.filter(isHeld);
    this.#starts = this.#starts.filter(isHeld);
    this.#ends = this.#ends.filter(isHeld);
  }

  /** All that is held, as spans: those still open have no end before the time that matters. */
  #drafts(untilSeconds: number): Draft[] {
    const starts = this.#starts.map(markOf);
    const ends = this.#ends.map(markOf);
    const unit = clockUnit(
      [...starts, ...ends].map(({ seconds }) => ({ startSeconds: seconds, endSeconds: seconds })),
    );
    const drafts = this.#spans.map(draftOfSpan);
    const taken = new Set<number>();
    const lonely = new Set<BoundaryAction>();
    for (const [index, { start, confidence }] of pairMarks(starts, ends, unit).entries()) {
      const end = this.#ends[index];
      if (end === undefined) continue;
      const started = start === undefined ? undefined : this.#starts[start];
      if (start !== undefined && started !== undefined) {
        taken.add(start);
        drafts.push(draftOfPair(started, end, confidence));
      } else if (!end.optional && end.name !== '') {
        drafts.push(draftOfEnd(end));
      } else if (end.seconds <= untilSeconds) {
        lonely.add(end);
        if (!end.optional) this.counts.lonelyEnds++;
      }
    }
    this.#ends = this.#ends.filter((end) => !lonely.has(end));
    const newest = drafts.reduce((most, draft) => Math.max(most, draft.observed.endSeconds), 0);
    const givenUp = untilSeconds - this.#limits.timeoutSeconds;
    for (const [index, start] of this.#starts.entries()) {
      if (taken.has(index)) continue;
      const isOver = untilSeconds === Infinity || start.seconds <= givenUp;
      drafts.push(draftOfStart(start, isOver ? start.seconds : newest + 1));
    }
    return drafts;
  }

  /** By root: an id that a rule captured in the trace, or one derived from the root. */
  #traceIds(drafts: readonly Draft[], roots: readonly number[]): ReadonlyMap<number, string> {
    const ids = new Map<number, string>();
    for (const [index, { facts }] of drafts.entries()) {
      const root = roots[index] ?? index;
      const id = facts.traceId === undefined ? undefined : normalId(facts.traceId, 32)?.id;
      if (id !== undefined && !ids.has(root)) ids.set(root, id);
    }
    for (const root of new Set(roots)) {
      if (!ids.has(root)) {
        ids.set(root, hash('sha256', `trace ${drafts[root]?.spanId}`).slice(0, 32));
      }
    }
    return ids;
  }

  #count({ warnings }: Span): void {
    this.counts.spans++;
    const has = (...kinds: string[]): boolean => warnings.some(({ kind }) => kinds.includes(kind));
    if (has('missing-end', 'missing-start')) this.counts.incomplete++;
    if (has('inferred-parent')) this.counts.inferred++;
  }
}

/** If half of it could not be decided, all is. */
const STILL_FULL = 0.9;

function markOf(action: BoundaryAction): Mark {
  const { service, pair, match, seconds, joins, entries, durationSeconds, optional } = action;
  const [entry] = entries;
  return {
    family: JSON.stringify([service, pair]),
    group: JSON.stringify([entry?.instance, service, pair, match]),
    seconds,
    order: entry?.seq ?? 0,
    joins,
    optional,
    ...(durationSeconds !== undefined && { durationSeconds }),
  };
}

/** Parents that the log names: by a span id, or by the key that both were opened by. */
function knownParents(drafts: readonly Draft[]): ReadonlyMap<number, number> {
  const byNumber = new Map<number, number>();
  const byId = new Map<string, number>();
  for (const [index, { actions, spanId }] of drafts.entries()) {
    byId.set(spanId, index);
    for (const action of actions) if (action.kind === 'span') byNumber.set(action.id, index);
  }
  const known = new Map<number, number>();
  for (const [index, { facts, actions }] of drafts.entries()) {
    const [action] = actions;
    const above = action?.kind === 'span' ? byNumber.get(action.parentId ?? -1) : undefined;
    const named =
      facts.parentSpanId === undefined ? undefined : normalId(facts.parentSpanId, 16)?.id;
    const parent = (named === undefined ? undefined : byId.get(named)) ?? above;
    if (parent !== undefined && parent !== index) known.set(index, parent);
  }
  return known;
}

function rootsOf(links: readonly ParentLink[]): number[] {
  const roots: number[] = [];
  const rootOf = (index: number): number => {
    const path: number[] = [];
    let at = index;
    for (;;) {
      const parent: number | undefined = roots[at] === undefined ? links[at]?.parent : undefined;
      if (parent === undefined) break;
      path.push(at);
      at = parent;
    }
    const root = roots[at] ?? at;
    for (const passed of path) roots[passed] = root;
    return root;
  };
  for (const index of links.keys()) roots[index] = rootOf(index);
  return roots;
}

function toSpan(
  { facts, observed, spanId, warnings, incomplete }: Draft,
  traceId: string,
  parent: Draft | undefined,
  { confidence, isKnown }: ParentLink & { isKnown: boolean },
): Span {
  const named = facts.parentSpanId === undefined ? undefined : normalId(facts.parentSpanId, 16)?.id;
  const parentSpanId = parent?.spanId ?? named;
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name: observed.name,
    kind: observed.kind,
    startTimeUnixNano: unixNano(observed.startSeconds),
    endTimeUnixNano: unixNano(observed.endSeconds),
    status:
      incomplete === undefined ? statusOf(facts) : { code: STATUS.error, message: incomplete },
    attributes: {
      ...facts.attributes,
      ...originalId('one_log.original_trace_id', facts.traceId, 32),
      ...originalId('one_log.original_span_id', facts.spanId, 16),
      ...(incomplete !== undefined && { 'one_log.incomplete': true }),
    },
    events: facts.events.map(({ seconds, name, attributes, entry }): SpanEvent => ({
      timeUnixNano: unixNano(seconds),
      name,
      attributes: { 'one_log.line': `${entry.instance}#${entry.seq}`, ...attributes },
    })),
    links: [],
    resource: { 'service.name': observed.service, 'service.instance.id': observed.instance },
    lines: facts.entries.map(lineRef),
    warnings: [...warnings, ...(isKnown ? [] : parentWarning(parent, confidence))],
  };
}

function parentWarning(parent: Draft | undefined, confidence: number): SpanWarning[] {
  if (parent === undefined && confidence > CERTAIN) return [];
  const message =
    parent === undefined
      ? 'inferred to have no parent that logged'
      : `the parent, ${parent.observed.service} ${parent.observed.name}, was inferred from time, order and shared values`;
  return [{ kind: 'inferred-parent', message, confidence: rounded(confidence) }];
}

function statusOf({ status: { code, message } }: Draft['facts']): SpanStatus {
  return { code: STATUS[code], ...(message !== undefined && { message }) };
}

function originalId(key: string, id: string | undefined, digits: 16 | 32): Record<string, string> {
  const original = id === undefined ? undefined : normalId(id, digits)?.original;
  return original === undefined ? {} : { [key]: original };
}
