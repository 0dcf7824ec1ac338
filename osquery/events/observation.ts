import type { Change, ChangeRule } from './change-detection.ts';
import type { SystemSubject } from './system-event.ts';

/** What one line of a system source tells: values of series, facts that need no comparing, and whose series are over. */
export type Observation = Sample | Fact | Gone;

/** One value of a series, seen over its line's interval. */
export interface Sample {
  readonly rule: SeriesRule;
  /** Which of the series with this rule: a pid with its start, a port, a device. */
  readonly of: string;
  readonly about: SystemSubject;
  /** In the unit of the rule. */
  readonly value: number;
  /** Where it is of another time than its line. */
  readonly interval?: Interval;
  /** The event's summary, once it is one. */
  readonly say: (change: Change) => string;
}

/** How a kind of series is watched. */
export interface SeriesRule extends ChangeRule {
  /** Of the rule, among all. */
  readonly name: string;
  /** Of the events. */
  readonly kind: string;
  /** What a line means that does not mention the series: a value, or nothing yet; without it an event ends there. */
  readonly whenAbsent?: number | 'unknown';
}

/** A rule with what most have, but for what `rest` says: of levels, one look is enough, the spread is a tenth of the least change. */
export function seriesRule(
  name: string,
  kind: string,
  rest: Partial<SeriesRule> & { readonly least: number },
): SeriesRule {
  return { name, kind, by: 'level', looks: 1, spread: rest.least / 10, ...rest };
}

/** Something that happened, whatever was usual. */
export interface Fact {
  readonly kind: string;
  /** What it happened to, so that two facts of one line have names of their own. */
  readonly of: string;
  readonly about: SystemSubject;
  readonly summary: string;
  /** A stated weight, to be compared with the robust standard deviations of a series. */
  readonly magnitude: number;
  /** Where that is known better than by the line's interval; both in Unix nanoseconds. */
  readonly interval?: Interval;
}

/** There will be no more of its series. */
export interface Gone {
  /** As `of` of its samples. */
  readonly gone: string;
}

/** From when to when, in Unix nanoseconds, both within. */
export type Interval = readonly [startNanos: bigint, endNanos: bigint];

export const isSample = (observation: Observation): observation is Sample => 'rule' in observation;

export const isGone = (observation: Observation): observation is Gone => 'gone' in observation;
