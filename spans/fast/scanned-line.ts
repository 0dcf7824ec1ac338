import { Buffer } from 'node:buffer';
import { parseFirehoseLine } from '../../log/wire.ts';
import { EntryLine } from '../entry-line.ts';
import type { SpanLine } from '../span-lines.ts';
import type { LinePlan } from './line-plan.ts';
import type { Place } from './line-shape.ts';
import { PADDING } from './literal.ts';
import { LINE_MARKS, MARK, ROLE, valueEnd, valueStart } from './marks.ts';
import type { Writer } from './writer.ts';

/** A firehose line whose span will be bytes. */
export type ByteLine = ScannedLine | ParsedLine;

/**
 * A firehose line as a place in a block: its marks begin at `mark` among the
 * block's, and its plan says what each value is.
 */
export class ScannedLine implements SpanLine {
  readonly ts: number;
  readonly seq: number;
  readonly writer: Writer;
  readonly plan: LinePlan;
  /** One of ROLE. */
  readonly role: number;
  bytes: DataView;
  /** The block's; the words of the line's ids are among them. */
  ids: Int32Array;
  #mark: number;
  #age = 0;

  constructor(
    ts: number,
    seq: number,
    writer: Writer,
    plan: LinePlan,
    bytes: DataView,
    marks: Int32Array,
    mark: number,
  ) {
    this.ts = ts;
    this.seq = seq;
    this.writer = writer;
    this.plan = plan;
    this.role = marks[mark + MARK.role] as number;
    this.bytes = bytes;
    this.ids = marks;
    this.#mark = mark;
  }

  get node(): string {
    return this.writer.node;
  }

  get instance(): string {
    return this.writer.instance;
  }

  get idsAt(): number {
    return this.role === ROLE.none ? -1 : this.#mark + MARK.ids;
  }

  get boundary(): 'start' | 'end' | undefined {
    const { role } = this;
    return role === ROLE.end ? 'end' : role === ROLE.start ? 'start' : undefined;
  }

  /** Where value k begins in the bytes; of a string after its quote. */
  from(k: number): number {
    return valueStart(this.plan.gaps, this.ids, this.#mark, k);
  }

  /** Where value k ends; of a string before its quote. */
  to(k: number): number {
    return valueEnd(this.ids, this.#mark, k);
  }

  at({ value, offset }: Place): number {
    return this.to(value) + offset;
  }

  text(from: number, to: number): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + from, to - from).toString();
  }

  /** The line parsed. */
  toEntryLine(): EntryLine {
    const line = this.text(this.#marked(MARK.start), this.#marked(MARK.end));
    const entry = parseFirehoseLine(line);
    if (entry === undefined) throw new TypeError(`no firehose line: ${line.slice(0, 200)}`);
    return new EntryLine(entry);
  }

  /** When it is told so a second time, it is copied out of its block, so that the block's memory is free. */
  growOld(): void {
    if (this.#age++ !== 1) return;
    const marks = this.ids.slice(this.#mark, this.#mark + LINE_MARKS + this.plan.gaps.length);
    const start = this.#marked(MARK.start);
    const length = (marks[MARK.end] as number) - start;
    const from = this.bytes.byteOffset + start;
    this.bytes = new DataView(this.bytes.buffer.slice(from, from + length + PADDING));
    for (let at = MARK.start; at < marks.length; at++) marks[at] = (marks[at] as number) - start;
    marks[MARK.end] = length;
    this.ids = marks;
    this.#mark = 0;
  }

  #marked(what: number): number {
    return this.ids[this.#mark + what] as number;
  }
}

/** A firehose line that had to be parsed. */
export class ParsedLine implements SpanLine {
  readonly ts: number;
  readonly seq: number;
  readonly node: string;
  readonly instance: string;
  readonly ids: Int32Array;
  readonly idsAt: number;
  readonly boundary: 'start' | 'end' | undefined;
  readonly plan = undefined;
  readonly #line: EntryLine;

  constructor(line: EntryLine) {
    this.ts = line.ts;
    this.seq = line.seq;
    this.node = line.node;
    this.instance = line.instance;
    this.ids = line.ids;
    this.idsAt = line.idsAt;
    this.boundary = line.boundary;
    this.#line = line;
  }

  toEntryLine(): EntryLine {
    return this.#line;
  }

  /** It is in no block. */
  growOld(): void {}
}
