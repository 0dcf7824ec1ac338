import type { JsonObject, LogEntry } from '../../../log/entry.ts';
import { Firehose } from '../../../log/firehose.ts';
import type { SystemEvent } from '../../../osquery/events/system-event.ts';
import { SystemEvents } from '../../../osquery/events/system-events.ts';

/** Of the first second of the clock below. */
export const T0 = 1_795_363_200;

/**
 * A firehose with a clock that tests set, and the events found in it: what is
 * said goes through the same text as in a file.
 */
export class SystemLines {
  readonly entries: LogEntry[] = [];
  readonly over: SystemEvent[] = [];
  readonly machine = new SystemEvents();
  readonly #sources = new Map<string, ReturnType<Firehose['source']>>();
  #seconds = 0;
  readonly #hose = new Firehose(
    () => Math.round((T0 + this.#seconds) * 1e6),
    ({ entries }) => {
      this.entries.push(...entries);
      for (const entry of entries) this.over.push(...this.machine.push(entry));
    },
  );

  /** A line at so many seconds after T0. */
  say(seconds: number, node: string, log: JsonObject, stream = 'stdout', start = 1): void {
    this.#seconds = seconds;
    const instance = `${node}@lab/${start}.${T0}`;
    const source = this.#sources.get(instance) ?? this.#hose.source(node, instance);
    this.#sources.set(instance, source);
    source.say(log, stream);
  }

  /** A look of a system source over the second before. */
  look(seconds: number, source: string, log: JsonObject, start = 1): void {
    const interval = [T0 + seconds - 1, T0 + seconds];
    this.say(seconds, source, { interval, ...log }, source, start);
  }

  /** One look a second, from a second on, with each of the logs. @returns the second after the last */
  looks(from: number, source: string, logs: readonly JsonObject[]): number {
    logs.forEach((log, index) => this.look(from + index, source, log));
    return from + logs.length;
  }

  /** All events, each as `kind start–end summary`, in seconds after T0. */
  end(): string[] {
    return [...this.over, ...this.machine.end()].map(shown);
  }
}

export function shown({ kind, startTimeUnixNano, endTimeUnixNano, summary }: SystemEvent): string {
  const seconds = (nanos: bigint): string =>
    String(Number(((Number(nanos / 1_000n) - T0 * 1e6) / 1e6).toFixed(3)));
  return `${kind} ${seconds(startTimeUnixNano)}–${seconds(endTimeUnixNano)} ${summary}`;
}

/** So many times the same. */
export const times = <T>(count: number, value: T): T[] =>
  Array.from({ length: count }, () => value);
