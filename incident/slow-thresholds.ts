import type { Incident, Looked } from './incidents.ts';
import { isWithin } from './stretch.ts';
import { MARK, SPEEDS, type Speed } from './marks.ts';
import type { Observation } from './observation.ts';

/** Whether a burst of an incident is of this mark, and of this observation's operation. */
export type BurstTest = (mark: string, observation: Observation) => boolean;

/** Beside what is slow by this much, what is slow by a tenth is another matter. */
const LEAST_SHARE = 0.1;

/**
 * From which self time on a span of an operation counts as slow in an incident,
 * in microseconds. One span in ten is always marked slow: those count that are
 * nearer to the incident's usual than to the past's, on a scale of ratios. And
 * where something is slow by half a second, what takes three milliseconds more
 * at the same time is noise: a tenth of the excess of the operation that lost
 * most time is asked of all.
 */
export function slowThresholds(
  looked: Looked,
  incident: Incident,
  has: BurstTest,
): (key: string, speed: Speed) => number {
  const selves = slowSelves(looked, incident, has);
  const middles = new Map([...selves].map(([key, its]) => [key, middle(its)]));
  const usual = (key: string): number => usualOf(looked, key);
  let [most, floor] = [0, 0];
  for (const [key, its] of selves) {
    const lost = its.reduce((sum, self) => sum + Math.max(0, self - usual(key)), 0);
    if (lost > most)
      [most, floor] = [lost, LEAST_SHARE * Math.max(0, (middles.get(key) ?? 0) - usual(key))];
  }
  return (key, speed) => {
    const least = usual(key) + floor;
    if (speed !== 'slow') return least;
    return Math.max(least, Math.sqrt(Math.max(1, usual(key)) * (middles.get(key) ?? Infinity)));
  };
}

/** How much longer than usual it took by itself, in microseconds. */
export const excessOf = (looked: Looked, { key, selfMicros }: Observation): number =>
  Math.max(0, selfMicros - usualOf(looked, key));

/** The past's median; 0 where there is no past. */
function usualOf({ pasts }: Looked, key: string): number {
  const median = pasts.get(key)?.durations.quantiles().median ?? 0;
  return Number.isFinite(median) ? median : 0;
}

/** By operation, the self times of the incident's spans that are marked as its bursts are. */
function slowSelves(
  { observations, marks }: Looked,
  incident: Incident,
  has: BurstTest,
): Map<string, number[]> {
  const selves = new Map<string, number[]>();
  for (let at = 0; at < observations.length; at++) {
    const observation = observations[at] as Observation;
    if (!isWithin(observation.span.startMicros, incident)) continue;
    const mark = marks[at] as number;
    if (!SPEEDS.some((speed) => (mark & MARK[speed]) !== 0 && has(speed, observation))) continue;
    const its = selves.get(observation.key);
    if (its === undefined) selves.set(observation.key, [observation.selfMicros]);
    else its.push(observation.selfMicros);
  }
  return selves;
}

/** The middle one; of an even number the higher. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
