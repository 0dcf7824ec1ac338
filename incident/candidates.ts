import { overlaps } from './overlap.ts';
import type { RankedEvent, Ranking } from './ranking.ts';
import type { Candidate, TraceRef } from './report.ts';
import type { ConcernedTrace } from './symptoms.ts';
import { intervalOf, reportedEvent } from './ties.ts';

const MAX_CANDIDATES = 20;
const MAX_TRACES = 50;

/** The first of a ranking, each with the concerned traces that its time meets. */
export function candidatesOf(
  { ranked }: Ranking,
  concerned: readonly ConcernedTrace[],
  windowMicros: number,
): Candidate[] {
  const shown = ranked.slice(0, MAX_CANDIDATES);
  const times = concerned.map(({ startMicros, endMicros }) => ({
    start: startMicros,
    end: endMicros,
  }));
  const met = overlaps(
    shown.map(({ event }) => intervalOf(event)),
    times,
    windowMicros,
    MAX_TRACES,
  );
  return shown.map((one, index) => ({
    rank: index + 1,
    ...judgement(one),
    traceCount: met[index]?.count ?? 0,
    traces: refs((met[index]?.first ?? []).flatMap((at) => concerned[at] ?? [])),
  }));
}

function judgement(one: RankedEvent): Omit<Candidate, 'rank' | 'traceCount' | 'traces'> {
  const { event, score, lift, pValue, correctedPValue, inTimeOrder, shares, evidence, explains } =
    one;
  return {
    event: reportedEvent(event),
    score,
    lift: Number.isFinite(lift) ? lift : null,
    pValue,
    correctedPValue,
    inTimeOrder,
    shares: shares.map(({ what }) => what),
    evidence,
    explains,
  };
}

const refs = (traces: readonly { readonly traceId: string }[]): TraceRef[] =>
  traces.map(({ traceId }) => ({ traceId }));
