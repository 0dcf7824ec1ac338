import { APART_MICROS, type Incident, type Looked } from './incidents.ts';
import { symptomsOf } from './symptoms.ts';

/**
 * The incidents again, taken apart where their own symptoms are: what is only a
 * little slow for long may join two of which it is no part.
 */
export function splitIncidents(looked: Looked): Incident[] {
  return looked.incidents.flatMap((incident) => {
    const parts = partsOf(looked, incident);
    return parts.length < 2 ? [incident] : parts;
  });
}

function partsOf(looked: Looked, incident: Incident): Incident[] {
  const { concerned } = symptomsOf(looked, incident);
  const { bursts, gaps } = incident;
  const times = [
    ...concerned.flatMap(({ symptoms }) =>
      symptoms.map(({ observation: { span } }): [number, number] => [
        span.startMicros,
        span.startMicros,
      ]),
    ),
    ...gaps.map(({ fromMicros, toMicros }): [number, number] => [fromMicros, toMicros]),
  ].sort((a, b) => a[0] - b[0]);
  const parts: [number, number][] = [];
  for (const [from, to] of times) {
    const last = parts.at(-1);
    if (last === undefined || from > last[1] + APART_MICROS) parts.push([from, to]);
    else last[1] = Math.max(last[1], to);
  }
  return parts.flatMap(([fromMicros, toMicros]) => {
    const isOf = (its: { readonly fromMicros: number; readonly toMicros: number }): boolean =>
      its.fromMicros <= toMicros && its.toMicros >= fromMicros;
    const part = { fromMicros, toMicros, bursts: bursts.filter(isOf), gaps: gaps.filter(isOf) };
    return part.bursts.length + part.gaps.length === 0 ? [] : [part];
  });
}
