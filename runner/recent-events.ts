import type { LogEntry } from '../log/entry.ts';
import type { SystemEvent } from '../osquery/events/system-event.ts';
import { SystemEvents } from '../osquery/events/system-events.ts';
import type { SystemEventSource } from '../web/events-api.ts';

/** The system events of a firehose, live or stored: those that are over, the newest of them, and those that are not. */
export class RecentEvents implements SystemEventSource {
  readonly #machine = new SystemEvents();
  #over: SystemEvent[] = [];
  /** How many fell out. */
  dropped = 0;

  /** Every line, in its order; gives the events that are over with it. */
  push(entry: LogEntry): readonly SystemEvent[] {
    const events = this.#machine.push(entry);
    if (events.length > 0) this.#keep(events);
    return events;
  }

  /** Those that are not over, as far as they have come. */
  open(): readonly SystemEvent[] {
    return this.#machine.open();
  }

  /** By start. */
  all(): SystemEvent[] {
    return [...this.#over, ...this.open()].sort(byStart);
  }

  between(from: bigint, to: bigint): SystemEvent[] {
    return this.all().filter(
      (event) => event.endTimeUnixNano >= from && event.startTimeUnixNano <= to,
    );
  }

  #keep(events: readonly SystemEvent[]): void {
    this.#over.push(...events);
    if (this.#over.length < 2 * MAX_EVENTS) return;
    this.dropped += this.#over.length - MAX_EVENTS;
    this.#over = this.#over.slice(-MAX_EVENTS);
  }
}

const MAX_EVENTS = 10_000;

function byStart(a: SystemEvent, b: SystemEvent): number {
  const difference = a.startTimeUnixNano - b.startTimeUnixNano;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
