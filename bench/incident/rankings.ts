import type { Answer, AnsweredEvent } from './ask.ts';

/** How likely the first, and one of the first three, is right: 0 or 1 where nothing is left to chance. */
export interface Hit {
  readonly top1: number;
  readonly top3: number;
}

/** One Log's own: the root cause it names, and the first three candidates of an incident it has seen. */
export function oursHit({ verdict, rootCause, candidates }: Answer, isRight: IsRight): Hit {
  const seen = verdict !== 'no incident';
  return {
    top1: Number(rootCause !== null && isRight(rootCause.event)),
    top3: Number(seen && candidates.slice(0, 3).some(({ event }) => isRight(event))),
  };
}

/** Rankings to compare with, each over all events that are tied to the incident. */
export const RIVALS: Readonly<Record<string, (answer: Answer, isRight: IsRight) => Hit>> = {
  /** Drawn without looking, expected over all draws. */
  'random choice': (answer, isRight) => {
    const events = tiedEvents(answer);
    const right = events.filter(({ event }) => isRight(event)).length;
    let missed = 1;
    for (let drawn = 0; drawn < Math.min(3, events.length); drawn++) {
      missed *= Math.max(0, events.length - right - drawn) / (events.length - drawn);
    }
    return { top1: events.length === 0 ? 0 : right / events.length, top3: 1 - missed };
  },

  /** Whose beginning is nearest to the first symptom. */
  'nearest in time': (answer, isRight) => {
    const first = BigInt(answer.from);
    const distance = ({ event }: Tied): number =>
      Math.abs(Number(BigInt(event.startTimeUnixNano) - first));
    return firstOf(
      tiedEvents(answer).toSorted((a, b) => distance(a) - distance(b)),
      isRight,
    );
  },

  /** With most failing or slow traces in its time. */
  'error count only': (answer, isRight) =>
    firstOf(
      tiedEvents(answer).toSorted((a, b) => b.traceCount - a.traceCount),
      isRight,
    ),
};

type IsRight = (event: AnsweredEvent) => boolean;
type Tied = Answer['ties'][number];

function tiedEvents({ ties, candidates }: Answer): Tied[] {
  return [...new Map([...candidates, ...ties].map((tied) => [tied.event.id, tied])).values()];
}

const firstOf = (ranked: readonly Tied[], isRight: IsRight): Hit => ({
  top1: Number(ranked.slice(0, 1).some(({ event }) => isRight(event))),
  top3: Number(ranked.slice(0, 3).some(({ event }) => isRight(event))),
});
