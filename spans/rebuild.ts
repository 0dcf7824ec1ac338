import type { JsonObject, LogEntry } from '../log/entry.ts';
import { completeSpan, incompleteSpan, lateEndSpan } from './closing.ts';
import { EntryLine } from './entry-line.ts';
import type { Span } from './span.ts';
import type { RebuildCounts, RebuildLimits } from './rebuild-limits.ts';
import type { SpanLines, SpanLine } from './span-lines.ts';
import { SpanMachine } from './span-machine.ts';

/** A rebuilt span beside the log lines it was made of (`span.lines` names the same ones, in order). */
export interface RebuiltSpan {
  readonly span: Span;
  readonly entries: readonly LogEntry[];
}

/**
 * Rebuilds spans from the firehose's lines and nothing else: SpanMachine says
 * which lines make a span and when it is closed, and this makes the span.
 *
 * What is closed without an end line is an error with a warning; should its end
 * come after all, that is told by a new span of service `system` below it,
 * because a span once given never changes.
 *
 * @param give gets each span, in the order they are closed
 * @param unplaced gets the lines of each span that never showed a boundary
 */
export class SpanRebuilder {
  readonly #machine: SpanMachine<EntryLine>;
  readonly counts: RebuildCounts;

  constructor(
    give: (rebuilt: RebuiltSpan) => void,
    limits: Partial<RebuildLimits> = {},
    unplaced: (entries: readonly LogEntry[]) => void = () => {},
  ) {
    const entriesOf = ({ lines }: SpanLines<EntryLine>): LogEntry[] =>
      lines.map(({ entry }) => entry);
    this.#machine = new SpanMachine<EntryLine>(
      {
        complete: (open) => give({ span: completeSpan(open), entries: entriesOf(open) }),
        incomplete: (open, ending) =>
          give({ span: incompleteSpan(open, ending), entries: entriesOf(open) }),
        lateEnd: (line) => give({ span: lateEndSpan(line), entries: [line.entry] }),
        unplaced: (open) => unplaced(entriesOf(open)),
      },
      limits,
    );
    this.counts = this.#machine.counts;
  }

  push(entry: LogEntry): void {
    pushEntry(this.#machine, entry, new EntryLine(entry));
  }

  /**
   * Spans that are not given yet, as they are at a time in Unix seconds: those
   * that are not over are incomplete, of the others late lines are waited for. They
   * are given later all the same. At most `most`, of the traces that have been
   * silent longest.
   */
  underWay(atSeconds: number, most: number): Span[] {
    const message = 'the span is under way';
    return Iterator.from(this.#machine.openSpans())
      .filter(({ start, end }) => start !== undefined || end !== undefined)
      .take(most)
      .map((open) =>
        open.end === undefined
          ? incompleteSpan(open, { kind: 'log-ended', message, atSeconds })
          : completeSpan(open),
      )
      .toArray();
  }

  /** The log has ended: closes everything that is under way. */
  end(): void {
    this.#machine.end();
  }
}

/** Pushes the line that stands for an entry: as an exit, if that is what the runner says in it. */
export function pushEntry<Line extends SpanLine>(
  machine: SpanMachine<Line>,
  { node, log }: LogEntry,
  line: Line,
): void {
  const { msg, instance, code, signal } = log;
  if (node !== 'driver' || msg !== 'exited' || typeof instance !== 'string' || line.idsAt !== -1) {
    machine.push(line);
    return;
  }
  const how = typeof signal === 'string' ? `by ${signal}` : `with code ${String(code)}`;
  machine.pushExit(line, instance, how);
}

/** Whether a line can matter to a rebuilder at all: it names a span, or tells of a process's end or of time. */
export function concernsSpans(entry: { node: string; log: JsonObject }): boolean {
  return entry.node === 'driver' || entry.log['trace_id'] !== undefined;
}
