import { useMemo } from 'preact/hooks';
import type { ReportedEvent } from '../../incident/report.ts';
import type { SystemEventList } from '../events-api.ts';
import { usePolled } from './polled.ts';
import type { SpanTree } from './span-tree.ts';

/** The system events that meet a trace in time; none while nobody knows of any. */
export function useEvents({
  startTimeUnixNano,
  durationNanos,
}: SpanTree): readonly ReportedEvent[] {
  const address = useMemo(() => {
    const from = BigInt(startTimeUnixNano);
    const to = from + BigInt(Math.ceil(durationNanos));
    return `/api/one-log/events?from=${from}&to=${to}`;
  }, [startTimeUnixNano, durationNanos]);
  const { data } = usePolled<SystemEventList>(address, REFRESH_MILLIS);
  return data?.events ?? NONE;
}

/** An event may be told of some time after it was. */
const REFRESH_MILLIS = 5_000;
const NONE: readonly never[] = [];
