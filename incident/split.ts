import { APART_MICROS, isWithin, type Incident, type Looked } from './incidents.ts';
import { symptomsOf, type Chance } from './symptoms.ts';

/** What a change from trouble to calm, or back, must be worth, in nats. */
const CHANGE_NATS = 5;
/** The share of hits in trouble is found by what seemed to be trouble the time before. */
const ROUNDS = 3;

/**
 * The incidents again, taken apart where they are calm for long: what is only a
 * little slow for long may join two of which it is no part.
 *
 * Each chance is in one of two states, in which hits come at their share in the
 * incident's trouble and at the usual one; the likeliest sequence of states is
 * Viterbi's (1967), with a price for each change. Calm that is shorter than what
 * parts incidents anyway is none.
 */
export function splitIncidents(looked: Looked): Incident[] {
  return looked.incidents.flatMap((incident) => {
    const parts = partsOf(looked, incident);
    return parts.length < 2 ? [incident] : parts;
  });
}

function partsOf(looked: Looked, incident: Incident): Incident[] {
  const { chances, incident: own } = symptomsOf(looked, incident);
  const usual = usualShare(chances, looked.incidents);
  const within = chances.filter(({ atMicros }) => isWithin(atMicros, own));
  const { bursts, gaps } = incident;
  return stretchesOf(within, usual).flatMap(([fromMicros, toMicros]) => {
    const isOf = (its: { readonly fromMicros: number; readonly toMicros: number }): boolean =>
      its.fromMicros <= toMicros && its.toMicros >= fromMicros;
    const part = { fromMicros, toMicros, bursts: bursts.filter(isOf), gaps: gaps.filter(isOf) };
    return part.bursts.length + part.gaps.length === 0 ? [] : [part];
  });
}

/** Of the chances beside incidents, both in order of time; never 0, since few were seen. */
function usualShare(chances: readonly Chance[], incidents: readonly Incident[]): number {
  let [hits, total, next] = [0.5, 1, 0];
  for (const { atMicros, isHit } of chances) {
    while (atMicros > (incidents[next]?.toMicros ?? Infinity)) next++;
    if (atMicros >= (incidents[next]?.fromMicros ?? Infinity)) continue;
    hits += Number(isHit);
    total++;
  }
  return hits / total;
}

type Stretch = readonly [fromMicros: number, toMicros: number];

/** From the first to the last hit of each stretch of trouble. */
function stretchesOf(chances: readonly Chance[], usual: number): Stretch[] {
  let trouble: readonly Chance[] = chances;
  let isTrouble: readonly boolean[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const share = Math.min(0.99, trouble.filter(({ isHit }) => isHit).length / trouble.length);
    if (!(share > usual)) return [];
    isTrouble = likeliestStates(chances, share, usual);
    trouble = chances.filter((_, at) => isTrouble[at]);
  }
  const stretches: [number, number][] = [];
  for (const { atMicros, isHit } of trouble) {
    if (!isHit) continue;
    const last = stretches.at(-1);
    if (last === undefined || atMicros > last[1] + APART_MICROS) {
      stretches.push([atMicros, atMicros]);
    } else last[1] = atMicros;
  }
  return stretches;
}

/** Whether each chance is in trouble. It begins and ends in trouble: that is how an incident was found. */
function likeliestStates(chances: readonly Chance[], share: number, usual: number): boolean[] {
  const hit = Math.log(share / usual);
  const miss = Math.log((1 - share) / (1 - usual));
  /** What trouble has more than calm so far, and where the best way to each came from. */
  let lead = CHANGE_NATS;
  const troubleCameFromCalm: boolean[] = [];
  const calmCameFromTrouble: boolean[] = [];
  for (const { isHit } of chances) {
    troubleCameFromCalm.push(lead < -CHANGE_NATS);
    calmCameFromTrouble.push(lead > CHANGE_NATS);
    lead = Math.max(-CHANGE_NATS, Math.min(CHANGE_NATS, lead)) + (isHit ? hit : miss);
  }
  const states: boolean[] = [];
  let isTrouble = true;
  for (let at = chances.length - 1; at >= 0; at--) {
    states[at] = isTrouble;
    isTrouble = isTrouble ? !troubleCameFromCalm[at] : calmCameFromTrouble[at] === true;
  }
  return states;
}
