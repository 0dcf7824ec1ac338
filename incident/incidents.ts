import type { SystemEvent } from '../osquery/events/system-event.ts';
import { findBursts, type Burst, type Bursts } from './bursts.ts';
import { findGaps, type Gap } from './gaps.ts';
import { deedsTo } from './deeds.ts';
import type { Observation } from './observation.ts';
import type { SeenTrace } from './trace-window.ts';

/** A time of trouble: symptoms beyond the usual that belong together. */
export interface Incident {
  /** Unix microseconds of the first and last symptom. */
  readonly fromMicros: number;
  readonly toMicros: number;
  readonly bursts: readonly Burst[];
  readonly gaps: readonly Gap[];
}

/** A time in which nobody looked, in Unix microseconds: the lab had been stopped. */
export interface Unwatched {
  readonly fromMicros: number;
  readonly toMicros: number;
}

/** Traces as they were looked at, and what was found. */
export interface Looked {
  readonly traces: readonly SeenTrace[];
  /** Of all traces, sorted by the start of their spans. */
  readonly observations: readonly Observation[];
  /** Bits of MARK, one an observation. */
  readonly marks: Uint8Array;
  readonly pasts: Bursts['pasts'];
  /** Unix microseconds: what was looked at. */
  readonly fromMicros: number;
  readonly toMicros: number;
  /** Within that, in order: times in which nobody looked. */
  readonly unwatched: readonly Unwatched[];
  /** In order of time; they do not overlap. */
  readonly incidents: readonly Incident[];
}

/** Symptoms further apart than this are of two incidents. */
export const APART_MICROS = 8_000_000;

/**
 * Finds the times of trouble in traces: bursts of failing, slow and unfinished
 * spans, and silences. Those near each other in time are one incident.
 *
 * @param range what was looked at, in Unix microseconds, if that is more than from the first to the last span
 * @param events of the system; where one did something to a service, less proof is needed
 */
export function findIncidents(
  traces: readonly SeenTrace[],
  range: { readonly fromMicros: number; readonly toMicros: number } | undefined,
  unwatched: readonly Unwatched[] = [],
  events: readonly SystemEvent[] = [],
): Looked {
  const services = new Set<string>();
  for (const { spans } of traces) for (const { service } of spans) services.add(service);
  const observations = traces
    .flatMap((trace) => trace.observations)
    .sort((a, b) => a.span.startMicros - b.span.startMicros);
  const first = observations[0]?.span.startMicros ?? range?.fromMicros ?? 0;
  const last = traces.reduce((latest, { endMicros }) => Math.max(latest, endMicros), first);
  const fromMicros = Math.min(first, range?.fromMicros ?? first);
  const toMicros = Math.max(last, range?.toMicros ?? last);
  const { bursts, marks, pasts } = findBursts(observations, deedsTo(services, events));
  const gaps = findGaps(observations, toMicros, unwatched);
  const incidents = clusters([...bursts, ...gaps]);
  return { traces, observations, marks, pasts, fromMicros, toMicros, unwatched, incidents };
}

/** Whether a time is in the incident's. */
export const isWithin = (micros: number, { fromMicros, toMicros }: Incident): boolean =>
  micros >= fromMicros && micros <= toMicros;

function clusters(symptoms: readonly (Burst | Gap)[]): Incident[] {
  const incidents: { fromMicros: number; toMicros: number; bursts: Burst[]; gaps: Gap[] }[] = [];
  for (const symptom of symptoms.toSorted((a, b) => a.fromMicros - b.fromMicros)) {
    const { fromMicros, toMicros } = symptom;
    let last = incidents.at(-1);
    if (last === undefined || fromMicros > last.toMicros + APART_MICROS) {
      incidents.push((last = { fromMicros, toMicros, bursts: [], gaps: [] }));
    }
    last.toMicros = Math.max(last.toMicros, toMicros);
    if ('mark' in symptom) last.bursts.push(symptom);
    else last.gaps.push(symptom);
  }
  return incidents;
}
