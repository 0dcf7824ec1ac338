import { Buffer } from 'node:buffer';
import { PADDING, type Literal } from './literal.ts';

const ZERO = 48;
const FIRST_SIZE = 1 << 20;

/** Bytes in the making: grows as it must, and is emptied by `take`. */
export class ByteSink {
  #buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);
  #view = viewOf(this.#buffer);
  /** What was taken last, and may be in use still. */
  #taken = Buffer.allocUnsafeSlow(FIRST_SIZE);
  /** May be set back, to take back what came after it. */
  length = 0;

  /** Copies what stands from `from` to `to`, and PADDING that follows, which is overwritten. */
  copy(bytes: DataView, from: number, to: number): void {
    const size = to - from;
    this.#makeRoom(size);
    const at = this.length;
    const view = this.#view;
    // Most pieces are so short that a call to a native function would take longer.
    for (let next = 0; next < size; next += 8) {
      view.setBigInt64(at + next, bytes.getBigInt64(from + next));
    }
    this.length = at + size;
  }

  literal({ bytes, length }: Literal): void {
    this.copy(bytes, 0, length);
  }

  text(text: string): void {
    this.#makeRoom(text.length * 3);
    this.length += this.#buffer.write(text, this.length);
  }

  /** A whole number below 10^9, with zeros before it up to `digits`. */
  digits(value: number, digits: number): void {
    this.#makeRoom(digits);
    let rest = value | 0;
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const tenth = (rest / 10) | 0;
      this.#view.setUint8(at, ZERO + rest - tenth * 10);
      rest = tenth;
    }
    this.length += digits;
  }

  /** All that has come since the last time; valid until more comes after the next `take`. */
  take(): Buffer {
    const taken = this.#buffer;
    const { length } = this;
    this.#buffer = this.#taken;
    this.#view = viewOf(this.#buffer);
    this.#taken = taken;
    this.length = 0;
    return taken.subarray(0, length);
  }

  #makeRoom(size: number): void {
    const needed = this.length + size + PADDING;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.length));
    this.#buffer = larger;
    this.#view = viewOf(larger);
  }
}

const viewOf = ({ buffer, byteOffset, length }: Buffer): DataView =>
  new DataView(buffer, byteOffset, length);
