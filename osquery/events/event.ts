import type { LogEntry } from '../../log/entry.ts';
import type { Fact, Interval } from './observation.ts';
import type { SystemEvent } from './system-event.ts';

/** A line of the firehose, by its name. */
export interface LineRef {
  readonly instance: string;
  readonly seq: number;
}

export const refOf = ({ instance, seq }: LogEntry): LineRef => ({ instance, seq });

/**
 * A fact as an event of its source, on the host where that looked unless the
 * fact says another. `lines` are in their order, and not empty.
 */
export function eventOf(
  { kind, of, about, summary, magnitude, interval }: Fact & { readonly interval: Interval },
  lines: readonly LineRef[],
  source: string,
  host: string | undefined,
): SystemEvent {
  const [first] = lines;
  return {
    id: `${first?.instance}#${first?.seq}:${kind}:${of}`,
    source,
    kind,
    startTimeUnixNano: interval[0],
    endTimeUnixNano: interval[1],
    about: { ...(host !== undefined && { host }), ...about },
    summary,
    magnitude,
    lines: [...lines],
  };
}
