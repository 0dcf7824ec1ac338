import type { SystemEvent } from '../osquery/events/system-event.ts';
import type { Judge, Prepared } from './judge.ts';
import type { Scored } from './relations.ts';
import { countBelow } from './sorted.ts';
import { NATS } from './weights.ts';

/** p-values by event; those not in it are 1. */
export type Chance = ReadonlyMap<SystemEvent, { readonly p: number; readonly corrected: number }>;

const MAX_SHIFTS = 480;
const MIN_SHIFT_MICROS = 250_000;
const MAX_JUDGED = 40;

/**
 * p-values of scores, by moving all events together around the circle of what
 * was looked at; of the forty best alone. See `rankEvents`.
 *
 * @param shifted with the highest fixed score first: what cannot reach a score any more is passed over
 */
export function chanceOf(
  judge: Judge,
  shifted: readonly Prepared[],
  scored: readonly Scored[],
): Chance {
  const length = judge.timelineMicros;
  const step = Math.max(MIN_SHIFT_MICROS, (length - 2 * judge.ownMicros) / MAX_SHIFTS);
  const judged = scored
    .map((one) => ({ one, score: one.score - one.relations, asGood: 0 }))
    .sort((a, b) => b.score - a.score)
    .slice(0, MAX_JUDGED);
  const lowest = judged.at(-1)?.score ?? Infinity;
  const highest: number[] = [];
  const own = judge.ownMicros;
  for (let shift = own; shift <= length - own; shift += step) {
    let most = -Infinity;
    for (const prepared of shifted) {
      if (prepared.fixed + NATS.time <= Math.max(most, lowest)) break;
      most = Math.max(most, judge.scoreAt(prepared, shift));
    }
    highest.push(most);
    for (const its of judged) {
      if (judge.scoreAt(its.one, shift) >= its.score) its.asGood++;
    }
  }
  highest.sort((a, b) => a - b);
  const share = (count: number): number => (1 + count) / (1 + highest.length);
  return new Map(
    judged.map(({ one, score, asGood }) => [
      one.event,
      { p: share(asGood), corrected: share(highest.length - countBelow(highest, score)) },
    ]),
  );
}
