/**
 * Something that the system around the traced processes did: a process ended,
 * memory ran short, a container was paused. It says what happened, never what
 * that caused.
 *
 * Its time is an interval, never an instant: who reports in whole seconds, or by
 * comparing two looks, knows only that it was between them.
 */
export interface SystemEvent {
  /** `instance#seq` of the first of its lines, then its kind and of what, since a line may tell of several: the same for the same log. */
  readonly id: string;
  /** The source that told of it: `osquery`, `docker`, `iostat`, `vmstat`, `network`, `driver`… */
  readonly source: string;
  /** What kind of thing happened, from the general to the special: `process.cpu`, `process.exit`, `memory.pressure`… */
  readonly kind: string;
  /** Unix time in nanoseconds, both ends within. */
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  /** What it happened to; a tie to a trace is as strong as what they share of this. */
  readonly about: SystemSubject;
  /** One sentence for people. */
  readonly summary: string;
  /**
   * How far from usual it was, from 0: for a series the change in robust standard
   * deviations, for an event that is a fact by itself (an exit, an OOM kill) a stated weight.
   */
  readonly magnitude: number;
  /** The lines of the firehose that it was seen in, in their order; never empty. */
  readonly lines: readonly { readonly instance: string; readonly seq: number }[];
}

/** All that is known of whom or what it happened to. */
export interface SystemSubject {
  readonly host?: string;
  /** A node of the lab, and its precise instance. */
  readonly node?: string;
  readonly instance?: string;
  readonly pid?: number;
  /** Name of the executable, not its command line: that may hold secrets. */
  readonly process?: string;
  readonly container?: string;
  /** Local ports that are concerned. */
  readonly port?: number;
  /** The other end's address, with its port if that is known. */
  readonly peer?: string;
  readonly device?: string;
}
