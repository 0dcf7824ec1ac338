import type { LogEntry } from '../../log/entry.ts';
import { eventOf, refOf, type LineRef } from './event.ts';
import { known, nanosOf, partsOfInstance } from './field.ts';
import type { SystemEvent, SystemSubject } from './system-event.ts';

/** Instances listened to; the one silent for longest goes first. */
const MAX_INSTANCES = 1_000;
/** Only who has written so many times can be missed. */
const LEAST_LINES = 50;
/** The longest pause is forgotten by so much with each line, so that it may become shorter again. */
const FORGET = 0.995;
/** A pause so many times as long as the longest is silence, if it is longer than that too. */
const TIMES = 4;
const LEAST_SECONDS = 3;

interface Writer {
  readonly node: string;
  lines: number;
  last: LineRef;
  lastSeconds: number;
  /** The longest pause of late. */
  longestSeconds: number;
}

/**
 * Misses who wrote regularly and does so no more. Time comes with the lines of
 * all others, and with ticks. The event is from the last line before the silence
 * to the first after it.
 */
export class LogSilence {
  readonly #writers = new Map<string, Writer>();
  #nowSeconds = 0;

  /** When the instance last wrote, in Unix nanoseconds; undefined for one that is not known. */
  lastHeardNanos(instance: string): bigint | undefined {
    const writer = this.#writers.get(instance);
    return writer === undefined ? undefined : nanosOf(writer.lastSeconds);
  }

  /** Any line: time has come so far. */
  pass({ ts }: LogEntry): void {
    this.#nowSeconds = Math.max(this.#nowSeconds, ts);
  }

  /** A line that a process wrote. @returns the silence that it ends */
  hear(entry: LogEntry): SystemEvent[] {
    const writer = this.#writers.get(entry.instance);
    if (writer === undefined) {
      this.#begin(entry);
      return [];
    }
    const pause = Math.max(0, entry.ts - writer.lastSeconds);
    const silence = isSilence(writer, pause) ? [silenceOf(writer, nanosOf(entry.ts))] : [];
    writer.lines++;
    writer.last = refOf(entry);
    writer.lastSeconds = entry.ts;
    writer.longestSeconds =
      pause > writer.longestSeconds ? pause : writer.longestSeconds * FORGET + pause * (1 - FORGET);
    return silence;
  }

  /** Of an instance that has ended nothing is missed any more. */
  forget(instance: string): void {
    this.#writers.delete(instance);
  }

  /** The silences that are not over. */
  open(): SystemEvent[] {
    return [...this.#writers.values()]
      .filter((writer) => isSilence(writer, this.#nowSeconds - writer.lastSeconds))
      .map((writer) => silenceOf(writer, nanosOf(this.#nowSeconds)));
  }

  #begin(entry: LogEntry): void {
    if (this.#writers.size >= MAX_INSTANCES) {
      const [longest] = [...this.#writers].reduce((a, b) =>
        b[1].lastSeconds < a[1].lastSeconds ? b : a,
      );
      this.#writers.delete(longest);
    }
    this.#writers.set(entry.instance, {
      node: entry.node,
      lines: 1,
      last: refOf(entry),
      lastSeconds: entry.ts,
      longestSeconds: 0,
    });
  }
}

const isSilence = ({ lines, longestSeconds }: Writer, pause: number): boolean =>
  lines >= LEAST_LINES && pause >= LEAST_SECONDS && pause >= TIMES * longestSeconds;

function silenceOf({ node, last, lastSeconds, longestSeconds }: Writer, end: bigint): SystemEvent {
  const start = nanosOf(lastSeconds);
  const seconds = Number(end - start) / 1e9;
  const parts = partsOfInstance(last.instance);
  const about = known<SystemSubject>({ node, instance: last.instance, pid: parts?.pid });
  const magnitude = Math.min(seconds / Math.max(longestSeconds, 0.1), 100);
  const summary = `${node} (pid ${parts?.pid ?? 'unknown'}) wrote nothing for ${seconds.toFixed(1)} s (usually at most ${longestSeconds.toFixed(1)} s)`;
  return eventOf(
    { kind: 'log.silence', of: node, about, summary, magnitude, interval: [start, end] },
    [last],
    'log',
    parts?.host,
  );
}
