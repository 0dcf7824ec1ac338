import { describe, expect, test } from 'vitest';
import type { Answer } from '../../../bench/incident/ask.ts';
import { oursHit, RIVALS } from '../../../bench/incident/rankings.ts';

const tied = (id: string, startTimeUnixNano: string, traceCount: number) => ({
  event: {
    id,
    kind: 'cpu.hog',
    startTimeUnixNano,
    endTimeUnixNano: startTimeUnixNano,
    about: {},
    summary: id,
  },
  traceCount,
});

/** Four events; `right` is second by score, third in time and first by traces. */
const right = tied('right', '140', 9);
const others = [tied('a', '101', 1), tied('b', '110', 2), tied('c', '190', 3)] as const;
const answer: Answer = {
  id: 'incident',
  verdict: 'cause found',
  from: '100',
  to: '200',
  rootCause: others[0],
  candidates: [others[0], right],
  ties: [...others, right],
};
const isRight = ({ id }: { readonly id: string }): boolean => id === 'right';

describe('a ranking', () => {
  test('of ours counts the named cause, and the first three', () => {
    expect(oursHit(answer, isRight)).toEqual({ top1: 0, top3: 1 });
    expect(oursHit({ ...answer, rootCause: right }, isRight)).toEqual({ top1: 1, top3: 1 });
    expect(oursHit({ ...answer, verdict: 'no incident' }, isRight)).toEqual({ top1: 0, top3: 0 });
  });

  test('by chance has what is expected over all draws', () => {
    const { top1, top3 } = RIVALS['random choice']?.(answer, isRight) ?? {};
    expect(top1).toBeCloseTo(1 / 4);
    expect(top3).toBeCloseTo(3 / 4);
  });

  test('by time and by traces look at nothing else', () => {
    expect(RIVALS['nearest in time']?.(answer, isRight)).toEqual({ top1: 0, top3: 1 });
    expect(RIVALS['error count only']?.(answer, isRight)).toEqual({ top1: 1, top3: 1 });
  });

  test('has no hit where nothing is tied', () => {
    const empty = { ...answer, rootCause: null, candidates: [], ties: [] };
    for (const rival of Object.values(RIVALS)) {
      expect(rival(empty, isRight)).toEqual({ top1: 0, top3: 0 });
    }
  });
});
