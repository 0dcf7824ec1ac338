import type { LogEntry } from './entry.ts';
import type { Filter } from './filter.ts';

export interface BreakerOptions {
  /** Lines that tell of a failure. */
  readonly bad: Filter;
  /** Lines that tell of a success. */
  readonly good: Filter;
  /** So many bad lines break it … */
  readonly threshold: number;
  /** … if they are at most so long apart. */
  readonly withinSeconds: number;
  /** After so long it lets somebody try. */
  readonly halfOpenSeconds: number;
}

/** Closed lets all pass, open nobody; half-open waits for what the next says. */
export type BreakerState = 'closed' | 'open' | 'half-open';

export interface Transition {
  readonly from: BreakerState;
  readonly to: BreakerState;
  /** Log time, Unix seconds. */
  readonly atSeconds: number;
  /**
   * What brought it about: the bad lines that broke it, or the good one that
   * closed it. Half-opening, which time brings about, has those that broke it.
   */
  readonly because: readonly LogEntry[];
}

/**
 * A circuit breaker over log lines.
 *
 * ```
 *            threshold bad lines within withinSeconds
 *   closed ────────────────────────────────────────────► open ◄──┐
 *      ▲                                     halfOpenSeconds │   │ a bad line
 *      └──────────────── a good line ──── half-open ◄────────┘───┘
 * ```
 *
 * Time is the log's, so the same lines make the same transitions, live or
 * replayed. A line that is both good and bad is bad. Lines while it is open say
 * nothing: they may be of what was under way when it broke. It remembers
 * `threshold` lines.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  #state: BreakerState = 'closed';
  #openedSeconds = 0;
  /** The last bad lines, oldest first, at most `threshold`. */
  #bad: LogEntry[] = [];

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** The time it is in the log, as any line tells; it may be what an open breaker waited for. */
  pass(nowSeconds: number): Transition | undefined {
    const { halfOpenSeconds } = this.#options;
    if (this.#state !== 'open' || nowSeconds < this.#openedSeconds + halfOpenSeconds) {
      return undefined;
    }
    return this.#go('half-open', nowSeconds, this.#bad);
  }

  /** A line of what it guards, after `pass` with its time. */
  look(entry: LogEntry): Transition | undefined {
    if (this.#state === 'open') return undefined;
    const { bad, good, threshold, withinSeconds } = this.#options;
    if (bad(entry)) {
      this.#bad = [...this.#bad, entry].slice(-threshold);
      const [first] = this.#bad;
      const isMany = this.#bad.length === threshold;
      const isClose = first !== undefined && entry.ts - first.ts <= withinSeconds;
      if (this.#state === 'closed' && !(isMany && isClose)) return undefined;
      if (this.#state === 'half-open') this.#bad = [entry];
      this.#openedSeconds = entry.ts;
      return this.#go('open', entry.ts, this.#bad);
    }
    if (this.#state !== 'half-open' || !good(entry)) return undefined;
    this.#bad = [];
    return this.#go('closed', entry.ts, [entry]);
  }

  #go(to: BreakerState, atSeconds: number, because: readonly LogEntry[]): Transition {
    const from = this.#state;
    this.#state = to;
    return { from, to, atSeconds, because };
  }
}
