import { Buffer, isAscii, isUtf8 } from 'node:buffer';

/** One line without its newline. */
export interface SplitLine {
  readonly text: string;
  /** The bytes, where they are not valid UTF-8; `text` then has U+FFFD in the wrong places. */
  readonly bytes?: Buffer;
  /** Of a line longer than the bound: this part's index, and whether it is the last. */
  readonly part?: readonly [index: number, last: boolean];
}

const NEWLINE = 10;

/**
 * Cuts one byte stream into lines, before any merging, so that lines of several
 * streams never mix. Lines end with LF alone: a CR stays in the text, for
 * nothing may be lost. What follows the last LF waits for more (`push`) or for
 * `end`. No more than `maxLineBytes` ever wait: a longer line is given in parts,
 * cut between UTF-8 characters where there are any.
 *
 * Decoding is by chunk, not by line: one look tells whether all of it is ASCII
 * or UTF-8, and only what is neither is looked at line by line.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Parts already given of the line that is under way. */
  #parts = 0;

  /** @param maxLineBytes at least 4, the length of the longest UTF-8 character */
  constructor(maxLineBytes: number) {
    if (!(maxLineBytes >= 4)) {
      throw new RangeError(`maxLineBytes must be at least 4, not ${maxLineBytes}`);
    }
    this.#maxLineBytes = maxLineBytes;
  }

  /** Takes the next chunk (it must not be changed afterwards) and gives the lines that are now whole, in order. */
  push(chunk: Buffer): SplitLine[] {
    const lines: SplitLine[] = [];
    let start = 0;
    if (this.#waitingBytes > 0 || this.#parts > 0) {
      const first = chunk.indexOf(NEWLINE);
      if (first === -1) {
        this.#wait(chunk, lines);
        return lines;
      }
      this.#wait(chunk.subarray(0, first), lines);
      this.#finishWaiting(lines);
      start = first + 1;
    }
    const last = chunk.lastIndexOf(NEWLINE);
    if (last >= start) {
      this.#wholeLines(chunk.subarray(start, last), lines);
      start = last + 1;
    }
    if (start < chunk.length) this.#wait(chunk.subarray(start), lines);
    return lines;
  }

  /** The stream has ended: gives what still waits as the last line, if anything does. */
  end(): SplitLine[] {
    const lines: SplitLine[] = [];
    if (this.#waitingBytes > 0 || this.#parts > 0) this.#finishWaiting(lines);
    return lines;
  }

  /** Adds to the line under way; gives parts of it while it is over the bound. */
  #wait(bytes: Buffer, lines: SplitLine[]): void {
    if (bytes.length > 0) this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes <= this.#maxLineBytes) return;
    let rest = Buffer.concat(this.#waiting);
    while (rest.length > this.#maxLineBytes) {
      const cut = characterBoundary(rest, this.#maxLineBytes);
      lines.push({ ...decode(rest.subarray(0, cut)), part: [this.#parts++, false] });
      rest = rest.subarray(cut);
    }
    // A copy, so that a short rest does not keep a large chunk alive.
    this.#waiting = [Buffer.from(rest)];
    this.#waitingBytes = rest.length;
  }

  #finishWaiting(lines: SplitLine[]): void {
    const line = decode(
      this.#waiting.length === 1 ? (this.#waiting[0] as Buffer) : Buffer.concat(this.#waiting),
    );
    lines.push(this.#parts > 0 ? { ...line, part: [this.#parts, true] } : line);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#parts = 0;
  }

  /** `bytes` are lines joined by LF. */
  #wholeLines(bytes: Buffer, lines: SplitLine[]): void {
    if (bytes.length <= this.#maxLineBytes) {
      const text = isAscii(bytes)
        ? bytes.toString('latin1')
        : isUtf8(bytes)
          ? bytes.toString('utf8')
          : undefined;
      if (text !== undefined) {
        let start = 0;
        for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
          lines.push({ text: text.slice(start, end) });
          start = end + 1;
        }
        lines.push({ text: start === 0 ? text : text.slice(start) });
        return;
      }
    }
    let start = 0;
    while (start <= bytes.length) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline === -1 ? bytes.length : newline;
      this.#wait(bytes.subarray(start, end), lines);
      this.#finishWaiting(lines);
      start = end + 1;
    }
  }
}

function decode(bytes: Buffer): SplitLine {
  return isUtf8(bytes)
    ? { text: bytes.toString('utf8') }
    : { text: bytes.toString('utf8'), bytes: Buffer.from(bytes) };
}

/** The last place at or before `at` that is not inside a UTF-8 character; `at` itself in bytes that are no UTF-8. */
function characterBoundary(bytes: Buffer, at: number): number {
  for (let back = 0; back < 4; back++) {
    const byte = bytes[at - back];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return at - back;
  }
  return at;
}
