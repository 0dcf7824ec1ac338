import type { Incident, Looked } from './incidents.ts';
import { distance, type Stretch } from './stretch.ts';
import { symptomsOf } from './symptoms.ts';
import { troubleStretches } from './trouble-stretches.ts';

/**
 * Takes incidents apart where they are calm for long: what is only a little slow
 * for long may join two of which it is no part. Each is taken apart when it is
 * first asked for, and has the same parts from then on.
 */
export function splitterOf(looked: Looked): (incident: Incident) => readonly Incident[] {
  const known = new Map<Incident, readonly Incident[]>();
  return (incident) => {
    const parts = known.get(incident) ?? partsOf(looked, incident);
    known.set(incident, parts);
    return parts.length < 2 ? [incident] : parts;
  };
}

function partsOf(looked: Looked, incident: Incident): Incident[] {
  const { chances, incident: own } = symptomsOf(looked, incident);
  const stretches = troubleStretches(chances, own, looked.incidents);
  const { bursts, gaps } = incident;
  // One that has most of no symptom is the rest of one.
  const mains = new Set([...bursts, ...gaps].map((symptom) => nearest(stretches, symptom)));
  return stretches
    .filter((stretch) => mains.has(stretch))
    .map((stretch) => {
      const isOf = (its: Stretch): boolean => distance(its, stretch) <= 0;
      return { ...stretch, bursts: bursts.filter(isOf), gaps: gaps.filter(isOf) };
    })
    .filter((part) => part.bursts.length + part.gaps.length > 0);
}

/** The one that has most of a symptom's time. */
const nearest = (stretches: readonly Stretch[], symptom: Stretch): Stretch | undefined =>
  stretches.toSorted((a, b) => distance(a, symptom) - distance(b, symptom))[0];
