import { Buffer } from 'node:buffer';
import { digitsEnd, POWERS, wholeNumber } from './digits.ts';
import { ENVELOPE } from './line-plan.ts';
import { lineShape, type LineShape } from './line-shape.ts';
import { Literal } from './literal.ts';

/** A line that has more values is left to JSON.parse. */
export const MAX_VALUES = 250;
const MAX_LINE_BYTES = 64 * 1024;
/** A firehose line's `ts` and `seq` are among these first values. */
const NUMBERS = ENVELOPE.seq + 1;
/** More ways to go on than this from one place are data, not shapes. */
const MAX_BRANCHES = 64;
/** Beyond the first shapes one in so many lines is learned: to learn costs as much as to parse some dozen. */
const FIRST_SHAPES = 200;
const LINES_A_SHAPE = 100;

const QUOTE = 34;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const BACKSLASH = 92;
/** `e`, or `E` in lower case. */
const EXPONENT = 0x65;

/** What a literal leads to. */
const STRING = 0;
const NUMBER = 1;
const END = 2;

interface Node {
  /** What stands before the value; that of an `END` is the line's last, with its newline. */
  readonly literal: Literal;
  readonly leadsTo: typeof STRING | typeof NUMBER | typeof END;
  /** What can come after the value. */
  readonly next: Node[];
  /** Of an `END`: the shape's number. */
  readonly shape: number;
}

/**
 * Reads JSON lines of known shapes, each byte once: between two values stand
 * the same few literals again and again, so that a line is compared with what
 * came there before, and only its values are looked at. New shapes are learned
 * from lines that were not known, at a bounded rate.
 *
 * All values of a line that `read` knows are as JSON.stringify would write
 * them, but that the first, which is a firehose line's `ts`, may end in zeros.
 */
export class ShapeTree {
  /** Of the line read last: the first few of its values, those that are numbers. */
  readonly numbers = new Float64Array(NUMBERS);
  /** Of the line read last: where it ends, after its newline. */
  end = 0;
  /** By number. */
  readonly shapes: LineShape[] = [];
  readonly #root = node('', END);
  readonly #maxLiteralBytes: number;
  #literalBytes = 0;
  #mayLearn = FIRST_SHAPES;

  /** @param maxLiteralBytes of known shapes together, after which the tree is full */
  constructor(maxLiteralBytes: number) {
    this.#maxLiteralBytes = maxLiteralBytes;
  }

  /**
   * The number of the shape of the line that begins at `start`, or -1 for one
   * that is not known or has values that are not plain.
   *
   * @param bytes valid UTF-8 that ends with a newline, and PADDING after it
   * @param marks gets where each value ends (a string before its quote), from
   * `mark` on; has room for `MAX_VALUES` of them
   */
  read(bytes: DataView, start: number, marks: Int32Array, mark: number): number {
    let here = this.#root;
    let at = start;
    for (let value = 0; ; value++) {
      const followed = follow(here.next, bytes, at);
      if (followed === undefined) return -1;
      here = followed;
      at += here.literal.length;
      if (here.leadsTo === END) {
        this.end = at;
        return here.shape;
      }
      at = here.leadsTo === STRING ? stringEnd(bytes, at) : this.#readNumber(bytes, at, value);
      if (at === -1) return -1;
      marks[mark + value] = at;
    }
  }

  /** Whether the line (bytes as latin1, without its newline) is of a shape that is known from now on. */
  learn(line: string): boolean {
    this.#mayLearn += 1 / LINES_A_SHAPE;
    if (this.#mayLearn < 1 || line.length > MAX_LINE_BYTES) return false;
    this.#mayLearn--;
    const shape = lineShape(line);
    if (shape === undefined || shape.length > MAX_VALUES) return false;
    return !this.isFull && this.#add(shape);
  }

  /** Nothing more is learned: time for a new tree. */
  get isFull(): boolean {
    return this.#literalBytes > this.#maxLiteralBytes;
  }

  #add(shape: LineShape): boolean {
    let here = this.#root;
    for (const [index, literal] of shape.entries()) {
      const isLast = index === shape.length - 1;
      const text = isLast ? `${literal}\n` : literal;
      const leadsTo = isLast ? END : literal.endsWith('"') ? STRING : NUMBER;
      const bytes = Buffer.from(text, 'latin1');
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      let next = here.next.find(
        (known) => known.leadsTo === leadsTo && known.literal.isAll(view, 0, bytes.length),
      );
      if (next === undefined) {
        if (here.next.length === MAX_BRANCHES) return false;
        next = node(text, leadsTo, isLast ? this.shapes.push(shape) - 1 : -1);
        here.next.push(next);
        this.#literalBytes += text.length;
      }
      here = next;
    }
    return true;
  }

  /** Its end, or -1 where it is not as JavaScript writes it. */
  #readNumber(bytes: DataView, start: number, value: number): number {
    const first = bytes.getUint8(start) === MINUS ? start + 1 : start;
    const point = digitsEnd(bytes, first);
    const hasPoint = bytes.getUint8(point) === POINT;
    const end = hasPoint ? digitsEnd(bytes, point + 1) : point;
    const leadsWithZero = bytes.getUint8(first) === ZERO;
    if (point === first || (hasPoint && end === point + 1)) return -1;
    if (leadsWithZero && point > first + 1) return -1;
    if ((bytes.getUint8(end) | 0x20) === EXPONENT) return -1;
    if (value < NUMBERS) this.numbers[value] = decimal(bytes, start, point, end);
    if (value === 0 || isZero(bytes, start, end)) return end;
    // JavaScript writes up to 15 digits as they are, unless they begin or end in vain.
    const endsInVain = hasPoint && bytes.getUint8(end - 1) === ZERO;
    if (end - first <= 15 && !leadsWithZero && !endsInVain) return end;
    const text = asciiText(bytes, start, end);
    return String(Number(text)) === text ? end : -1;
  }
}

function node(text: string, leadsTo: Node['leadsTo'], shape = -1): Node {
  return { literal: new Literal(Buffer.from(text, 'latin1')), leadsTo, next: [], shape };
}

/** The one whose literal stands at `at`: literals are as long as can be, so that there is one at most. */
function follow(nodes: readonly Node[], bytes: DataView, at: number): Node | undefined {
  for (let index = 0; index < nodes.length; index++) {
    const candidate = nodes[index] as Node;
    const { literal, leadsTo } = candidate;
    if (!literal.isAt(bytes, at)) continue;
    if (leadsTo !== NUMBER || beginsNumber(bytes.getUint8(at + literal.length))) return candidate;
  }
  return undefined;
}

const beginsNumber = (byte: number): boolean => byte === MINUS || (byte >= ZERO && byte <= NINE);

/**
 * Where the string's closing quote is, or -1 for a string with escapes that
 * JSON.stringify would not write, or with control characters, such as the
 * line's newline. Looks at four bytes at a time for a quote, a backslash or a
 * control character, by the arithmetic of
 * https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord.
 */
function stringEnd(bytes: DataView, start: number): number {
  let at = start;
  for (;;) {
    const four = bytes.getInt32(at, true);
    const quote = four ^ 0x22222222;
    const backslash = four ^ 0x5c5c5c5c;
    const special =
      (((quote - 0x01010101) & ~quote) |
        ((backslash - 0x01010101) & ~backslash) |
        ((four - 0x20202020) & ~four)) &
      0x80808080;
    if (special === 0) {
      at += 4;
      continue;
    }
    // Only the first of them is sure to be one.
    at += (31 - Math.clz32(special & -special)) >> 3;
    const byte = bytes.getUint8(at);
    if (byte === QUOTE) return at;
    if (byte !== BACKSLASH || IS_ESCAPE[bytes.getUint8(at + 1)] !== 1) return -1;
    at += 2;
  }
}

const isZero = (bytes: DataView, start: number, end: number): boolean =>
  end === start + 1 && bytes.getUint8(start) === ZERO;

/** The number whose digits have their point at `point`: to the last bit what JSON.parse makes of it. */
function decimal(bytes: DataView, start: number, point: number, end: number): number {
  const isNegative = bytes.getUint8(start) === MINUS;
  const scale = POWERS[Math.max(0, end - point - 1)];
  const whole = wholeNumber(bytes, isNegative ? start + 1 : start, point);
  const mantissa =
    scale === undefined ? Number.NaN : whole * scale + wholeNumber(bytes, point + 1, end);
  // The quotient of two doubles that are exact is the double nearest to the true one.
  if (scale === undefined || !(mantissa <= Number.MAX_SAFE_INTEGER)) {
    return Number(asciiText(bytes, start, end));
  }
  return (isNegative ? -mantissa : mantissa) / scale;
}

const asciiText = (bytes: DataView, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');

/** What JSON.stringify writes after a backslash, but for `u`. */
const IS_ESCAPE = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);
