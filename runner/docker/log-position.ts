/**
 * How far a container's log has been read, so that it can be asked for again
 * from there: the time of the last piece, and how many pieces had that time. The
 * engine gives what was written at or after a time, in the same order each time.
 */
export class LogPosition {
  #last: bigint;
  #count = 0;
  #toSkip = 0;

  /** @param fromNanos Unix nanoseconds of what is to be read first */
  constructor(fromNanos: bigint) {
    this.#last = fromNanos;
  }

  /** For the engine's `since`. */
  get since(): string {
    return secondsText(this.#last);
  }

  /** The log is asked for again, by `since`. */
  resume(): void {
    this.#toSkip = this.#count;
  }

  /** Notes a piece by its time (RFC 3339), and says whether it is new. One without a time is. */
  isNew(time: string | undefined): boolean {
    const nanos = time === undefined ? undefined : unixNanos(time);
    if (nanos === undefined) return true;
    if (nanos < this.#last && this.#toSkip > 0) return false;
    if (nanos === this.#last && this.#toSkip > 0) {
      this.#toSkip--;
      return false;
    }
    if (nanos !== this.#last) {
      this.#last = nanos;
      this.#count = 0;
    }
    this.#toSkip = 0;
    this.#count++;
    return true;
  }
}

/** Unix nanoseconds of an RFC 3339 text; undefined for what is none. */
export function unixNanos(time: string): bigint | undefined {
  const [, head, fraction = '', zone] =
    /^(.{19})(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  const millis = Date.parse(`${head}${zone}`);
  if (Number.isNaN(millis)) return undefined;
  return BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Unix seconds with nanoseconds, as the engine takes times. */
export function secondsText(nanos: bigint): string {
  return `${nanos / 1_000_000_000n}.${String(nanos % 1_000_000_000n).padStart(9, '0')}`;
}

/** `2026-11-23T09:00:00.123456789Z`. */
export function rfc3339(nanos: bigint): string {
  const seconds = nanos / 1_000_000_000n;
  const head = new Date(Number(seconds) * 1e3).toISOString().slice(0, 19);
  return `${head}.${String(nanos % 1_000_000_000n).padStart(9, '0')}Z`;
}
