import { Buffer } from 'node:buffer';

/** Where bytes are read eight at a time, up to so many more are than are asked for. */
export const PADDING = 7;

/**
 * Bytes that are known before, to be compared with others and copied eight at a
 * time, as a processor does it and a loop over bytes does not.
 */
export class Literal {
  readonly length: number;
  readonly bytes: DataView<ArrayBuffer>;

  constructor(bytes: Uint8Array) {
    this.length = bytes.length;
    this.bytes = new DataView(new ArrayBuffer(bytes.length + PADDING));
    new Uint8Array(this.bytes.buffer).set(bytes);
  }

  /**
   * Whether it stands at `at`. Looks up to `PADDING` bytes beyond the first that
   * is different.
   */
  isAt(bytes: DataView, at: number): boolean {
    const { length, bytes: own } = this;
    if (length < 4) {
      for (let next = 0; next < length; next++) {
        if (bytes.getUint8(at + next) !== own.getUint8(next)) return false;
      }
      return true;
    }
    if (length < 8) {
      const last = length - 4;
      return (
        bytes.getInt32(at) === own.getInt32(0) && bytes.getInt32(at + last) === own.getInt32(last)
      );
    }
    const last = length - 8;
    for (let next = 0; next < last; next += 8) {
      if (bytes.getBigInt64(at + next) !== own.getBigInt64(next)) return false;
    }
    return bytes.getBigInt64(at + last) === own.getBigInt64(last);
  }

  /** Whether it is all that stands from `from` to `to`. */
  isAll(bytes: DataView, from: number, to: number): boolean {
    return to - from === this.length && this.isAt(bytes, from);
  }
}

/** The text as UTF-8. */
export const utf8 = (text: string): Literal => new Literal(Buffer.from(text));
