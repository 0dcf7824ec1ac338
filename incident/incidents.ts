import type { SystemEvent } from '../osquery/events/system-event.ts';
import { findBursts, type Burst, type Bursts } from './bursts.ts';
import { findGaps, type Gap } from './gaps.ts';
import { clusters } from './clusters.ts';
import { deedsTo } from './deeds.ts';
import type { Observation } from './observation.ts';
import type { Stretch } from './stretch.ts';
import type { SeenTrace } from './trace-window.ts';

/** A time of trouble, from its first symptom to its last: symptoms beyond the usual that belong together. */
export interface Incident extends Stretch {
  readonly bursts: readonly Burst[];
  readonly gaps: readonly Gap[];
}

/** A time in which nobody looked: the lab had been stopped. */
export type Unwatched = Stretch;

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

/**
 * Finds the times of trouble in traces: bursts of failing, slow and unfinished
 * spans, and silences. Those near each other in time are one incident.
 *
 * @param range what was looked at, in Unix microseconds, if that is more than from the first to the last span
 * @param events of the system; where one did something to a service, less proof is needed
 */
export function findIncidents(
  traces: readonly SeenTrace[],
  range: Stretch | undefined,
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
