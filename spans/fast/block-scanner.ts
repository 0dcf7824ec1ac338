import { Buffer, isUtf8 } from 'node:buffer';
import { ENVELOPE, linePlan, type LinePlan } from './line-plan.ts';
import { lineRole } from './line-role.ts';
import type { LineShape } from './line-shape.ts';
import { PADDING } from './literal.ts';
import { LINE_MARKS, MARK, ROLE, UNREADABLE } from './marks.ts';
import { MAX_VALUES, ShapeTree } from './shape-tree.ts';
import { WriterNumbers } from './writer-numbers.ts';
import type { WriterJson } from './writer.ts';

const NEWLINE = 10;

/**
 * A piece of a stored firehose, whole lines, and what was found in it. All of
 * it can be passed between threads.
 */
export interface ScannedBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** For each line `LINE_MARKS` numbers, as MARK names them, and one for each of its values. */
  readonly marks: Int32Array<ArrayBuffer>;
  /** Of each line `ts` and `seq`. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** Shapes and writers are numbered anew in each generation. */
  readonly generation: number;
  /** Those that have come since the block before. */
  readonly newShapes: readonly LineShape[];
  /** Likewise. */
  readonly newWriters: readonly WriterJson[];
}

export interface ScanLimits {
  /** Of all shapes that are known, together. */
  readonly maxLiteralBytes: number;
  readonly maxWriters: number;
}

const SCAN_LIMITS: ScanLimits = { maxLiteralBytes: 4 * 1024 * 1024, maxWriters: 10_000 };

/** Scans blocks one after the other, and learns the shapes of their lines as they come. */
export class BlockScanner {
  readonly #limits: ScanLimits;
  #tree: ShapeTree;
  #plans: (LinePlan | undefined)[] = [];
  /** Marks and numbers are noted here before they are copied for the block. */
  #marks = new Int32Array(1 << 16);
  #numbers = new Float64Array(1 << 12);
  #writers = new WriterNumbers();
  #generation = 0;

  /** @param limits after which all shapes and writers are forgotten, and learned anew */
  constructor(limits: Partial<ScanLimits> = {}) {
    this.#limits = { ...SCAN_LIMITS, ...limits };
    this.#tree = new ShapeTree(this.#limits.maxLiteralBytes);
  }

  /** @param bytes whole lines: the last is a newline, and PADDING of the memory follows */
  scan(bytes: Uint8Array<ArrayBuffer>): ScannedBlock {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length + PADDING);
    if (this.#tree.isFull || this.#writers.size > this.#limits.maxWriters) this.#forget();
    const tree = this.#tree;
    const known = tree.shapes.length;
    // Bytes that are no UTF-8 become other characters once parsed.
    const isPlain = isUtf8(bytes);
    let mark = 0;
    let line = 0;
    for (let start = 0; start < bytes.length; start = tree.end) {
      this.#makeRoom(mark, line);
      const shape = isPlain ? this.#shape(bytes, view, start, mark + LINE_MARKS) : UNREADABLE;
      const plan = this.#plans[shape];
      if (shape === UNREADABLE) tree.end = bytes.indexOf(NEWLINE, start) + 1;
      const marks = this.#marks;
      marks[mark + MARK.shape] = plan === undefined ? UNREADABLE : shape;
      marks[mark + MARK.start] = start;
      marks[mark + MARK.end] = tree.end - 1;
      marks[mark + MARK.role] = plan === undefined ? ROLE.none : lineRole(plan, view, marks, mark);
      marks[mark + MARK.writer] =
        plan === undefined ? -1 : this.#writers.number(plan, view, marks, mark);
      mark += LINE_MARKS;
      if (plan !== undefined) mark += plan.gaps.length;
      this.#numbers[line++] = tree.numbers[ENVELOPE.ts] as number;
      this.#numbers[line++] = tree.numbers[ENVELOPE.seq] as number;
    }
    return {
      bytes,
      marks: this.#marks.slice(0, mark),
      numbers: this.#numbers.slice(0, line),
      generation: this.#generation,
      newShapes: tree.shapes.slice(known),
      newWriters: this.#writers.takeNew(),
    };
  }

  #forget(): void {
    this.#tree = new ShapeTree(this.#limits.maxLiteralBytes);
    this.#writers = new WriterNumbers();
    this.#plans = [];
    this.#generation++;
  }

  #shape(bytes: Uint8Array<ArrayBuffer>, view: DataView, start: number, mark: number): number {
    const known = this.#tree.read(view, start, this.#marks, mark);
    if (known !== UNREADABLE) return known;
    const end = bytes.indexOf(NEWLINE, start);
    const line = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    if (!this.#tree.learn(line.toString('latin1'))) return UNREADABLE;
    for (const shape of this.#tree.shapes.slice(this.#plans.length)) {
      this.#plans.push(linePlan(shape));
    }
    return this.#tree.read(view, start, this.#marks, mark);
  }

  #makeRoom(mark: number, line: number): void {
    if (mark + LINE_MARKS + MAX_VALUES > this.#marks.length) this.#marks = doubled(this.#marks);
    if (line + 2 > this.#numbers.length) this.#numbers = doubled(this.#numbers);
  }
}

function doubled<Numbers extends Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(
  numbers: Numbers,
): Numbers {
  const larger = new (numbers.constructor as new (length: number) => Numbers)(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
