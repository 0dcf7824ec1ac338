import type { Burst } from './bursts.ts';
import type { Gap } from './gaps.ts';
import type { Incident } from './incidents.ts';
import { distance } from './stretch.ts';

/** Symptoms further apart than this are of two incidents. */
export const APART_MICROS = 8_000_000;

interface Cluster {
  fromMicros: number;
  toMicros: number;
  readonly bursts: Burst[];
  readonly gaps: Gap[];
}

/**
 * The most surprising symptoms first, each joins those near it in time. One that
 * is near two that are apart does not join them: weaker than both, and long, it
 * is more likely the tail of one. In order of time.
 */
export function clusters(symptoms: readonly (Burst | Gap)[]): Incident[] {
  const all: Cluster[] = [];
  for (const symptom of symptoms.toSorted((a, b) => a.p - b.p || a.fromMicros - b.fromMicros)) {
    const near = all
      .filter((cluster) => distance(cluster, symptom) <= APART_MICROS)
      .sort((a, b) => distance(a, symptom) - distance(b, symptom));
    const [nearest, ...others] = near;
    const cluster = nearest ?? {
      fromMicros: symptom.fromMicros,
      toMicros: symptom.toMicros,
      bursts: [],
      gaps: [],
    };
    if (nearest === undefined) all.push(cluster);
    // As far as that leaves them apart.
    const before = others.filter((other) => other.toMicros < cluster.fromMicros);
    const after = others.filter((other) => other.fromMicros > cluster.toMicros);
    const earliest = Math.max(...before.map((other) => other.toMicros + APART_MICROS + 1));
    const latest = Math.min(...after.map((other) => other.fromMicros - APART_MICROS - 1));
    cluster.fromMicros = Math.min(cluster.fromMicros, Math.max(symptom.fromMicros, earliest));
    cluster.toMicros = Math.max(cluster.toMicros, Math.min(symptom.toMicros, latest));
    if ('mark' in symptom) cluster.bursts.push(symptom);
    else cluster.gaps.push(symptom);
  }
  return all.sort((a, b) => a.fromMicros - b.fromMicros);
}
