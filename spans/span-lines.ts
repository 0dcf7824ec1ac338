/** What SpanMachine has to know of a log line, in whatever form the line is kept. */
export interface SpanLine {
  /** Unix seconds. */
  readonly ts: number;
  readonly node: string;
  readonly instance: string;
  readonly seq: number;
  /** The words of its trace id and span id are in `ids` from `idsAt` on; that is -1 for a line without two valid ids. */
  readonly ids: Int32Array;
  readonly idsAt: number;
  /** Set on a line that is a boundary with all that a boundary needs. */
  readonly boundary: 'start' | 'end' | undefined;
}

/** What is known so far of one span. */
export interface SpanLines<Line> {
  /** The first line read. */
  readonly first: Line;
  readonly start: Line | undefined;
  readonly end: Line | undefined;
  /** Who wrote the boundary lines, or the first line while there is none. */
  readonly instance: string;
  readonly node: string;
  /** In the order they were read. */
  readonly lines: readonly Line[];
  readonly droppedLines: number;
}

/** Why a span without an end line is closed. */
export interface SpanEnding {
  readonly kind: 'missing-end' | 'log-ended' | 'evicted';
  readonly message: string;
  /** When it ended, in Unix seconds, if that is known; else its own last line was its last sign of life. */
  readonly atSeconds?: number;
}

/** What becomes of spans, in the order they are closed. */
export interface SpanTaker<Line> {
  /** `span.end` is there. */
  complete(span: SpanLines<Line>): void;
  /** `span.start` is there. */
  incomplete(span: SpanLines<Line>, ending: SpanEnding): void;
  /** The end line of a span that was given as incomplete. */
  lateEnd(line: Line): void;
  /** Neither `start` nor `end` is there: lines that name a span which never shows a boundary. */
  unplaced?(span: SpanLines<Line>): void;
}
