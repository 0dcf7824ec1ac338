import type { ReportedEvent } from '../incident/report.ts';
import { BadParameter } from '../export/query-params.ts';
import type { SystemEvent } from '../osquery/events/system-event.ts';

/** Where system events of a running lab, or of a stored log, can be had. */
export interface SystemEventSource {
  /** Those that meet the time, both ends within, in Unix nanoseconds; by start. */
  between(from: bigint, to: bigint): readonly SystemEvent[];
  /** How many older ones fell out. */
  readonly dropped: number;
}

/** `GET /api/one-log/events?from&to`. */
export interface SystemEventList {
  /** By start; the newest of them where there are more than an answer holds. */
  readonly events: readonly ReportedEvent[];
  readonly total: number;
  readonly dropped: number;
}

const MAX_EVENTS = 1_000;

/** `from` and `to` in Unix nanoseconds; each may be left out. Throws BadParameter. */
export function listEvents(source: SystemEventSource, params: URLSearchParams): SystemEventList {
  const from = nanosParam(params, 'from') ?? 0n;
  const to = nanosParam(params, 'to') ?? END_OF_TIME;
  if (to < from) throw new BadParameter(`'to' should not be before 'from', got ${to} and ${from}`);
  const events = source.between(from, to);
  return {
    events: events.slice(-MAX_EVENTS).map(reported),
    total: events.length,
    dropped: source.dropped,
  };
}

const END_OF_TIME = 2n ** 63n - 1n;

const reported = (event: SystemEvent): ReportedEvent => ({
  ...event,
  startTimeUnixNano: `${event.startTimeUnixNano}`,
  endTimeUnixNano: `${event.endTimeUnixNano}`,
});

function nanosParam(params: URLSearchParams, name: string): bigint | undefined {
  const text = params.get(name) ?? '';
  if (text === '') return undefined;
  if (/^\d{1,19}$/.test(text)) return BigInt(text);
  throw new BadParameter(`'${name}' should be Unix time in whole nanoseconds, got "${text}"`);
}
