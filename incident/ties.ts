import type { SystemEvent } from '../osquery/events/system-event.ts';

import { overlaps, type Interval } from './overlap.ts';
import type { ReportedEvent, Tie, TraceRef } from './report.ts';

const MAX_EVENTS = 200;
const MAX_TRACES = 20;

/** A trace that fails or is slow. */
export interface TroubledTrace extends Interval {
  readonly traceId: string;
}

/**
 * Events and the failing or slow traces that they overlap, by time: the first
 * 200 events with the first 20 traces of each, and how many there are in all.
 *
 * @param traces times in Unix microseconds
 */
export function tiesOf(
  events: readonly SystemEvent[],
  traces: readonly TroubledTrace[],
  windowMicros: number,
  sharesOf: (event: SystemEvent) => readonly string[],
): { ties: Tie[]; tiedEvents: number } {
  const met = overlaps(events.map(intervalOf), traces, windowMicros, MAX_TRACES);
  const ties: Tie[] = [];
  let tiedEvents = 0;
  for (const [index, { count, first }] of met.entries()) {
    const event = events[index];
    if (count === 0 || event === undefined) continue;
    tiedEvents++;
    if (ties.length >= MAX_EVENTS) continue;
    ties.push({
      event: reportedEvent(event),
      traceCount: count,
      traces: first.flatMap((at): TraceRef[] => {
        const traceId = traces[at]?.traceId;
        return traceId === undefined ? [] : [{ traceId }];
      }),
      shares: sharesOf(event),
    });
  }
  return { ties, tiedEvents };
}

/** In Unix microseconds. */
export const intervalOf = ({ startTimeUnixNano, endTimeUnixNano }: SystemEvent): Interval => ({
  start: Number(startTimeUnixNano / 1000n),
  end: Number(endTimeUnixNano / 1000n),
});

/** An event as JSON can have it. */
export const reportedEvent = (event: SystemEvent): ReportedEvent => ({
  ...event,
  startTimeUnixNano: `${event.startTimeUnixNano}`,
  endTimeUnixNano: `${event.endTimeUnixNano}`,
});
