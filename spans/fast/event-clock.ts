import { digitsEnd, wholeNumber } from './digits.ts';
import type { BoundaryPlan } from './line-plan.ts';
import type { ScannedLine } from './scanned-line.ts';

/** Digits of Unix time from 2001 to 2286 in nanoseconds, in milliseconds, and in seconds. */
const NANO_DIGITS = 19;
const MILLI_DIGITS = 13;
const SECOND_DIGITS = 10;
/** Microseconds that have as many digits as that, and are exact. */
const MIN_MICROS = 1e15;
const MAX_MICROS = Number.MAX_SAFE_INTEGER;

/**
 * The times of a span's events, one after the other: as `eventTime` of
 * closing.ts has them. In two numbers, since a double does not hold Unix time
 * to the nanosecond.
 */
export class EventClock {
  seconds = 0;
  nanos = 0;
  /** Whether it is the line's own time as it stands there, in milliseconds. */
  isOwn = false;
  readonly #end: ScannedLine;
  readonly #plan: BoundaryPlan;
  /** NaN where it has not the usual number of digits. */
  readonly #startSeconds: number;
  readonly #startNanos: number;

  constructor(end: ScannedLine, plan: BoundaryPlan) {
    this.#end = end;
    this.#plan = plan;
    this.#setToValue(plan.start);
    this.#startSeconds = this.seconds;
    this.#startNanos = this.nanos;
    this.seconds = 0;
    this.nanos = 0;
  }

  /** Goes on to a line's time; false if that is before the last one, or cannot be told in these numbers. */
  goOnTo(line: ScannedLine): boolean {
    const { seconds, nanos } = this;
    if (!this.#setTo(line)) return false;
    return this.seconds > seconds || (this.seconds === seconds && this.nanos >= nanos);
  }

  #setTo(line: ScannedLine): boolean {
    const millis = this.#readMillis(line);
    const { isOwn } = this;
    if (!(millis > 0)) return this.#setMicros(line.ts * 1e6);
    if (Number.isNaN(this.#startSeconds)) return false;
    if (isOwn) this.#setMillis(millis);
    else if (!this.#setMicros(millis * 1e3)) return false;
    if (!this.#isBeforeStart()) return true;
    this.isOwn = false;
    const { seconds, nanos } = this;
    // What is less than a millisecond before the start may have been rounded down.
    if (!this.#setMicros((millis + 1) * 1e3)) return false;
    if (this.#isBeforeStart()) {
      this.seconds = seconds;
      this.nanos = nanos;
      this.isOwn = isOwn;
      return true;
    }
    this.#setToValue(this.#plan.end);
    if (Number.isNaN(this.seconds)) return false;
    if (this.#isBeforeStart()) return true;
    this.seconds = this.#startSeconds;
    this.nanos = this.#startNanos;
    return true;
  }

  #isBeforeStart(): boolean {
    if (this.seconds !== this.#startSeconds) return this.seconds < this.#startSeconds;
    return this.nanos < this.#startNanos;
  }

  /** @param millis whole, of MILLI_DIGITS */
  #setMillis(millis: number): void {
    this.seconds = Math.floor(millis / 1e3);
    this.nanos = (millis - this.seconds * 1e3) * 1e6;
  }

  #setMicros(exact: number): boolean {
    const micros = Math.round(exact);
    this.seconds = Math.floor(micros / 1e6);
    this.nanos = (micros - this.seconds * 1e6) * 1e3;
    return micros >= MIN_MICROS && micros <= MAX_MICROS;
  }

  /** Value k of the end line is nanoseconds. */
  #setToValue(k: number): void {
    const { bytes } = this.#end;
    const from = this.#end.from(k);
    const to = this.#end.to(k);
    this.seconds = wholeNumber(bytes, from, from + SECOND_DIGITS);
    this.nanos = wholeNumber(bytes, from + SECOND_DIGITS, to);
    if (to - from !== NANO_DIGITS || this.seconds < MIN_MICROS / 1e6) this.seconds = Number.NaN;
  }

  /** The line's own `time`; 0 for a line without one. */
  #readMillis(line: ScannedLine): number {
    const { time } = line.plan.event;
    this.isOwn = false;
    if (time === -1) return 0;
    const from = line.from(time);
    const to = line.to(time);
    if (to - from !== MILLI_DIGITS || digitsEnd(line.bytes, from) !== to) {
      return Number(line.text(from, to));
    }
    this.isOwn = true;
    return wholeNumber(line.bytes, from, to);
  }
}
