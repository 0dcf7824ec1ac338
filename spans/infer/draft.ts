import { hash } from 'node:crypto';
import type { LogEntry } from '../../log/entry.ts';
import { normalId } from '../../log/normal-id.ts';
import type { BoundaryAction, SpanAction, SpanFacts } from '../../rules/action.ts';
import { lineKey, lineRef } from '../line-key.ts';
import { SPAN_KIND, type SpanWarning } from '../span.ts';

import type { Observed } from './observed.ts';

/** A span as rules tell it, before it is known what it belongs to. */
export interface Draft {
  readonly facts: SpanFacts;
  readonly observed: Observed;
  /** 16 hex digits: its own, or derived from its first line. */
  readonly spanId: string;
  readonly warnings: readonly SpanWarning[];
  /** Why its end is not known. */
  readonly incomplete?: string;
  /** The actions it was made of. */
  readonly actions: readonly (SpanAction | BoundaryAction)[];
}

/** Of a span that the rules know whole. */
export function draftOfSpan(action: SpanAction): Draft {
  const { startSeconds, endSeconds, incomplete, droppedLines } = action;
  const reason = incomplete === undefined ? undefined : INCOMPLETE[incomplete];
  return draft(action, [action], startSeconds, endSeconds, {
    ...(reason !== undefined && { incomplete: reason }),
    warnings: [
      ...(reason === undefined ? [] : [{ kind: 'missing-end', message: reason }]),
      ...(droppedLines === 0
        ? []
        : [
            {
              kind: 'lines-dropped',
              message: `${droppedLines} more log lines of this span are not kept`,
            },
          ]),
    ],
  });
}

/** Of a start and the end that most likely belongs to it: what the end says wins. */
export function draftOfPair(start: BoundaryAction, end: BoundaryAction, confidence: number): Draft {
  const facts: SpanFacts = {
    ...start,
    ...end,
    name: end.name === '' ? start.name : end.name,
    spanKind: end.spanKind === 'internal' ? start.spanKind : end.spanKind,
    status: end.status.code === 'unset' ? start.status : end.status,
    attributes: { ...start.attributes, ...end.attributes },
    events: [...start.events, ...end.events],
    joins: [...start.joins, ...end.joins],
    entries: [...start.entries, ...end.entries],
  };
  return draft(facts, [start, end], start.seconds, Math.max(start.seconds, end.seconds), {
    warnings:
      confidence > CERTAIN
        ? []
        : [
            {
              kind: 'inferred-end',
              message: 'which end line belongs to this start was inferred from order and time',
              confidence: rounded(confidence),
            },
          ],
  });
}

/** Of a start whose end never came: it ends with `lastSeconds`. */
export function draftOfStart(start: BoundaryAction, lastSeconds: number): Draft {
  const message = 'no end line for this start';
  return draft(start, [start], start.seconds, Math.max(start.seconds, lastSeconds), {
    incomplete: message,
    warnings: [{ kind: 'missing-end', message }],
  });
}

/** Of an end whose start is not in the log; it starts as much earlier as it says it took. */
export function draftOfEnd(end: BoundaryAction): Draft {
  const message = 'no start line for this end';
  return draft(end, [end], end.seconds - (end.durationSeconds ?? 0), end.seconds, {
    warnings: [{ kind: 'missing-start', message }],
  });
}

/** Confidences above it are not worth a word. */
export const CERTAIN = 0.9995;

export const rounded = (confidence: number): number => Math.round(confidence * 1e4) / 1e4;

const INCOMPLETE: Readonly<Record<NonNullable<SpanAction['incomplete']>, string>> = {
  'log-ended': 'the log ends before the span does',
  silent: 'nothing more was said of this span',
  evicted: 'closed early: too many spans were open at once',
  done: 'its rules were done before it ended',
  'parent-closed': 'the span above it ended first',
};

function draft(
  facts: SpanFacts,
  actions: Draft['actions'],
  startSeconds: number,
  endSeconds: number,
  more: Pick<Draft, 'incomplete' | 'warnings'>,
): Draft {
  const { entries, service, name, traceId, joins } = facts;
  const [first] = entries;
  const last = entries.at(-1);
  const instance = first?.instance ?? service;
  const isWhole = entries.length > 1 && last?.instance === instance && !more.incomplete;
  return {
    facts,
    actions,
    observed: {
      service,
      instance,
      name,
      kind: SPAN_KIND[facts.spanKind],
      startSeconds,
      endSeconds,
      ...(isWhole && { order: { first: first?.seq ?? 0, last: last?.seq ?? 0 } }),
      failed: facts.status.code === 'error',
      joins: traceId === undefined ? joins : [...joins, { name: 'trace id', value: traceId }],
    },
    spanId: spanIdOf(facts, first),
    ...more,
  };
}

function spanIdOf({ spanId, name, machine }: SpanFacts, first: LogEntry | undefined): string {
  const own = spanId === undefined ? undefined : normalId(spanId, 16)?.id;
  if (own !== undefined) return own;
  const line = first === undefined ? '' : lineKey(lineRef(first));
  return hash('sha256', JSON.stringify([line, machine, name])).slice(0, 16);
}
