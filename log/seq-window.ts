/**
 * Tells which of one instance's sequence numbers have been seen, over a sliding
 * window, after RFC 6479's anti-replay bitmap: constant memory, any order.
 *
 * A number older than the window counts as new: it may be a repetition, but
 * nothing may be lost, and no honest disorder is that large.
 */
export class SeqWindow {
  readonly #bits = new Uint32Array(WINDOW / 32);
  #newest = -1;

  /** Notes `seq` (a whole number from 0) and says whether it is new. */
  add(seq: number): boolean {
    if (seq > this.#newest) {
      // The places between now stand for numbers not seen yet.
      const from = Math.max(this.#newest + 1, seq - WINDOW + 1);
      for (let at = from; at < seq; at++) this.#clear(at);
      this.#newest = seq;
      this.#set(seq);
      return true;
    }
    if (seq <= this.#newest - WINDOW) return true;
    if (this.#has(seq)) return false;
    this.#set(seq);
    return true;
  }

  #has(seq: number): boolean {
    return ((this.#bits[word(seq)] as number) & mask(seq)) !== 0;
  }

  #set(seq: number): void {
    this.#bits[word(seq)] = (this.#bits[word(seq)] as number) | mask(seq);
  }

  #clear(seq: number): void {
    this.#bits[word(seq)] = (this.#bits[word(seq)] as number) & ~mask(seq);
  }
}

const WINDOW = 65_536;

const word = (seq: number): number => (seq % WINDOW) >>> 5;
const mask = (seq: number): number => 1 << (seq & 31);
