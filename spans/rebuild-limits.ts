export interface RebuildLimits {
  /**
   * How far lines may be out of order, in seconds of log time: a span is given
   * this long after its end line, so that its late lines are still in it.
   */
  readonly slackSeconds: number;
  /** A span without an end is closed when its trace has been silent for this long, in seconds of log time. */
  readonly timeoutSeconds: number;
  /** Spans under way at most; over it, those of the trace that has been silent longest are closed. */
  readonly maxOpenSpans: number;
  /** Lines kept as events of one span at most. */
  readonly maxLinesPerSpan: number;
  /** Spans already given that are remembered at least, to know their late and repeated lines; at most twice as many are. */
  readonly minRemembered: number;
}

export const REBUILD_LIMITS: RebuildLimits = {
  slackSeconds: 0.5,
  timeoutSeconds: 60,
  maxOpenSpans: 50_000,
  maxLinesPerSpan: 1_000,
  minRemembered: 50_000,
};

export interface RebuildCounts {
  /** Lines looked at. */
  lines: number;
  /** Lines that are in a span given. */
  inSpans: number;
  /** Lines with trace and span ids whose span never showed a boundary. */
  unplaced: number;
  /** Lines seen before (same instance and seq). */
  duplicates: number;
  /** Lines of spans that were already given. */
  late: number;
  /** Lines beyond `maxLinesPerSpan`. */
  dropped: number;
  complete: number;
  incomplete: number;
  /** Incomplete spans closed only because there were too many. */
  evicted: number;
  open: number;
}

export const noCounts = (): RebuildCounts => ({
  lines: 0,
  inSpans: 0,
  unplaced: 0,
  duplicates: 0,
  late: 0,
  dropped: 0,
  complete: 0,
  incomplete: 0,
  evicted: 0,
  open: 0,
});
