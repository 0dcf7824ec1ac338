import type { SystemEvent } from '../osquery/events/system-event.ts';
import { chanceOf } from './chance.ts';
import { withChains, type Judged } from './chains.ts';
import type { Incident, Looked } from './incidents.ts';
import { Judge } from './judge.ts';
import { withRelations } from './relations.ts';
import type { Symptoms } from './symptoms.ts';
import type { Shared, TroubleSpots } from './trouble-spots.ts';
import type { Evidence } from './weights.ts';

/** An event as a possible cause of an incident. */
export interface RankedEvent {
  readonly event: SystemEvent;
  readonly score: number;
  readonly lift: number;
  readonly pValue: number;
  readonly correctedPValue: number;
  readonly inTimeOrder: boolean;
  readonly shares: readonly Shared[];
  readonly evidence: readonly Evidence[];
  /** Ids of events that are effects of it. */
  readonly explains: readonly string[];
}

export interface Ranking {
  /** The likeliest cause first. */
  readonly ranked: readonly RankedEvent[];
  /** Whether the first beats chance. */
  readonly isFound: boolean;
  /** How it was decided, where the reader should know. */
  readonly notes: readonly string[];
}

const SIGNIFICANT = 0.05;
/** Where less was looked at, chance meets an incident too often for any event to be significant among many. */
const SHORT_MICROS = 240_000_000;
/** Then an event must hit where the trouble starts, and bring such trouble about, by so many nats. */
const DIRECT_NATS = 2.5;
const DIRECT_FIT = 0.6;

/** Events that are moved; with more, those with the weightiest evidence. */
const MAX_SHIFTED = 3_000;
const MAX_TIED = 500;

/**
 * Ranks events by how likely each brought an incident about.
 *
 * The score is a sum of log odds (naive Bayes with stated weights): how well the
 * event's time fits the symptoms (`Timeline`), what it shares with the spans
 * where the trouble starts, whether its kind brings such symptoms about, the
 * order in time, its size beside others of its family, and how often the same
 * happened without an incident.
 *
 * Whether the best beats chance: all events are moved together around the circle
 * of what was looked at, by many distances beyond the incident's own length (what
 * is moved by less still meets it), which keeps how they depend on each
 * other and breaks only their tie to the symptoms. Times of other incidents are
 * cut out, with their symptoms and their events: chance is what happens beside
 * incidents, and that a kill came with each of them is no habit of kills. An event's p-value is the
 * share of moves at which its own score is as good; the corrected one the share
 * at which the best score of any event is as good (Westfall and Young's maxT,
 * 1993), which corrects for the number of events tried, whatever their
 * dependence. `cause found` needs a corrected p-value of at most 0.05. Where what
 * was looked at is too short for any event to reach that, one that hits the very
 * place where the trouble starts, by a kind that brings such trouble about, is
 * found all the same, and a note says so.
 *
 * An event that can bring about another (`event-kinds`), on the same host or
 * node, not after it and as long as that was, takes over what that has for it:
 * of a chain of causes the first is named. Its p-value is then the better of the
 * two. What by its kind follows trouble (a silence, a restart) comes after all
 * else, and is never the cause.
 *
 * @param events sorted by start, those of the whole time that was looked at
 */
export function rankEvents(
  looked: Looked,
  incident: Incident,
  symptoms: Symptoms,
  spots: TroubleSpots,
  events: readonly SystemEvent[],
  windowMicros: number,
): Ranking {
  const judge = new Judge(looked, incident, symptoms, spots, windowMicros);
  const begun = processStarts(events);
  const all = events.map((event) => judge.prepare(event, begun(event)));
  const tied = all
    .filter((prepared) => judge.isTied(prepared))
    .sort((a, b) => b.fixed - a.fixed)
    .slice(0, MAX_TIED);
  if (tied.length === 0) return { ranked: [], isFound: false, notes: [] };
  const others = all.filter((prepared) => !judge.isTied(prepared) && !judge.isOfAnother(prepared));
  const shifted = [...tied, ...others].sort((a, b) => b.fixed - a.fixed).slice(0, MAX_SHIFTED);
  const scored = withRelations(tied, others, judge);
  const chance = chanceOf(judge, shifted, scored);
  const ranked = withChains(scored, chance, incident).sort(
    (a, b) => Number(a.isEcho) - Number(b.isEcho) || b.score - a.score,
  );
  return { ranked, ...verdict(ranked, judge) };
}

/**
 * When the process that an event is about began, if that was just before: what
 * it does is seen a look or two later.
 */
function processStarts(events: readonly SystemEvent[]): (event: SystemEvent) => number | undefined {
  const key = ({ about: { host, pid } }: SystemEvent): string => `${host} ${pid}`;
  const starts = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== 'process.start' || event.about.pid === undefined) continue;
    const micros = Number(event.startTimeUnixNano / 1000n);
    starts.set(key(event), Math.max(micros, starts.get(key(event)) ?? -Infinity));
  }
  return (event) => {
    const began = event.about.pid === undefined ? undefined : starts.get(key(event));
    const seen = Number(event.startTimeUnixNano / 1000n);
    return began !== undefined && began <= seen && seen - began <= FRESH_MICROS ? began : undefined;
  };
}

const FRESH_MICROS = 5_000_000;

function verdict([first]: readonly Judged[], judge: Judge): Pick<Ranking, 'isFound' | 'notes'> {
  if (first === undefined || first.isEcho) return { isFound: false, notes: [] };
  if (first.correctedPValue <= SIGNIFICANT) return { isFound: true, notes: [] };
  if (judge.timelineMicros >= SHORT_MICROS) return { isFound: false, notes: [] };
  const isFound = first.direct >= DIRECT_NATS && first.fit >= DIRECT_FIT && first.inTimeOrder;
  const notes = [
    `What was looked at is too short for statistics (${judge.independentTimes.toFixed(1)} times as long as the incident): no event could beat chance by its time alone.${
      isFound ? ' The cause is named since it hits the very place where the trouble starts.' : ''
    }`,
  ];
  return { isFound, notes };
}
