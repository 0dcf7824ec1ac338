import { Buffer } from 'node:buffer';
import type { LogEntry } from '../../log/entry.ts';
import { parseFirehoseLine } from '../../log/wire.ts';
import { completeSpan, incompleteSpan, lateEndSpan } from '../closing.ts';
import { EntryLine } from '../entry-line.ts';
import { pushEntry } from '../rebuild.ts';
import type { RebuildCounts, RebuildLimits } from '../rebuild-limits.ts';
import type { SpanLines } from '../span-lines.ts';
import { SpanMachine } from '../span-machine.ts';
import type { Span } from '../span.ts';
import type { ScannedBlock } from './block-scanner.ts';
import { ByteSink } from './byte-sink.ts';
import { linePlan, type LinePlan } from './line-plan.ts';
import { PADDING } from './literal.ts';
import { LINE_MARKS, MARK, ROLE } from './marks.ts';
import { ParsedLine, ScannedLine, type ByteLine } from './scanned-line.ts';
import { writeSpan } from './write-span.ts';
import { Writer } from './writer.ts';

/** After so many blocks, lines that have been waiting as long are copied out of theirs. */
const BLOCKS_A_SWEEP = 16;
const EXAMPLES = 3;

/**
 * SpanRebuilder for the blocks of a stored firehose, which were scanned and not
 * parsed: the same spans, as NDJSON. What cannot be taken from the bytes of
 * lines is parsed, and goes the same way as with SpanRebuilder.
 */
export class SpanScanner {
  readonly counts: RebuildCounts;
  /** Lines that are no firehose lines, and the first few of them. */
  readonly others: { count: number; readonly examples: string[] } = { count: 0, examples: [] };
  readonly #machine: SpanMachine<ByteLine>;
  readonly #sink = new ByteSink();
  readonly #leftOver: ((entry: LogEntry) => void) | undefined;
  /** By number. */
  #plans: (LinePlan | undefined)[] = [];
  #writers: Writer[] = [];
  #generation = 0;
  #blocks = 0;

  /** @param leftOver gets each line that names no span, or one that never shows a boundary; but for the runner's own */
  constructor(limits: Partial<RebuildLimits> = {}, leftOver?: (entry: LogEntry) => void) {
    this.#leftOver = leftOver;
    const write = (span: Span): void => this.#sink.text(`${JSON.stringify(span)}\n`);
    this.#machine = new SpanMachine<ByteLine>(
      {
        complete: (open) => {
          if (!writeSpan(open, this.#sink)) write(completeSpan(parsed(open)));
        },
        incomplete: (open, ending) => write(incompleteSpan(parsed(open), ending)),
        lateEnd: (line) => write(lateEndSpan(line.toEntryLine())),
        unplaced: ({ lines }) => {
          if (leftOver) for (const line of lines) leftOver(line.toEntryLine().entry);
        },
      },
      limits,
    );
    this.counts = this.#machine.counts;
  }

  /** The log's next block: blocks of one BlockScanner, in its order. */
  push(block: ScannedBlock): void {
    const { bytes, marks, numbers } = block;
    this.#learn(block);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length + PADDING);
    let mark = 0;
    for (let number = 0; number < numbers.length; number += 2) {
      const plan = this.#plans[marks[mark + MARK.shape] as number];
      const writer = this.#writers[marks[mark + MARK.writer] as number];
      // What the runner itself says is little, and may be an exit.
      if (plan === undefined || writer === undefined || writer.node === 'driver') {
        this.#parse(bytes, marks[mark + MARK.start] as number, marks[mark + MARK.end] as number);
      } else {
        const ts = numbers[number] as number;
        const seq = numbers[number + 1] as number;
        const line = new ScannedLine(ts, seq, writer, plan, view, marks, mark);
        this.#machine.push(line);
        if (line.role === ROLE.none) this.#leftOver?.(line.toEntryLine().entry);
      }
      mark += LINE_MARKS + (plan?.gaps.length ?? 0);
    }
    if (++this.#blocks % BLOCKS_A_SWEEP === 0) this.#sweep();
  }

  /** The log has ended: closes everything that is under way. */
  end(): void {
    this.#machine.end();
  }

  /** The spans given since the last time, as NDJSON; valid until the `push` after the next `take`. */
  take(): Uint8Array {
    return this.#sink.take();
  }

  #learn({ generation, newShapes, newWriters }: ScannedBlock): void {
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#plans = [];
      this.#writers = [];
    }
    for (const shape of newShapes) this.#plans.push(linePlan(shape));
    for (const writer of newWriters) this.#writers.push(new Writer(writer));
  }

  #parse(bytes: Uint8Array<ArrayBuffer>, from: number, to: number): void {
    const line = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString();
    if (line === '') return;
    const entry = parseFirehoseLine(line);
    if (entry === undefined) {
      if (this.others.count++ < EXAMPLES) this.others.examples.push(line);
      return;
    }
    const parsed = new ParsedLine(new EntryLine(entry));
    pushEntry(this.#machine, entry, parsed);
    if (parsed.idsAt === -1 && entry.node !== 'driver') this.#leftOver?.(entry);
  }

  /** Frees blocks of which only a few lines are still needed. */
  #sweep(): void {
    for (const span of this.#machine.openSpans()) for (const line of span.lines) line.growOld();
  }
}

function parsed(open: SpanLines<ByteLine>): SpanLines<EntryLine> {
  return {
    first: open.first.toEntryLine(),
    start: open.start?.toEntryLine(),
    end: open.end?.toEntryLine(),
    instance: open.instance,
    node: open.node,
    lines: open.lines.map((line) => line.toEntryLine()),
    droppedLines: open.droppedLines,
  };
}
