/** Memory that several sets draw on. */
export interface Budget {
  bytesLeft: number;
}

const FIRST_CAPACITY = 64;

/**
 * A set of the configurations a search has been in: small whole numbers, a
 * bitset and a state's number. Open addressing in one Int32Array, so that ten
 * million of them are no burden for the garbage collector.
 */
export class ConfigurationSet {
  readonly #budget: Budget;
  /** Of an entry: the place, the state's number + 1 (0 marks a free entry), and the bitset. */
  readonly #width: number;
  #entries: Int32Array;
  #mask = FIRST_CAPACITY - 1;
  #size = 0;

  /** For bitsets of `words` words of 32 bits. */
  constructor(words: number, budget: Budget) {
    this.#width = words + 2;
    this.#budget = budget;
    this.#entries = new Int32Array(FIRST_CAPACITY * this.#width);
  }

  /** Adds a configuration; says whether it is new, or that there is no memory for it. */
  add(place: number, bits: Int32Array, state: number): 'new' | 'known' | 'full' {
    if (this.#size * 2 > this.#mask && !this.#grow()) return 'full';
    const entries = this.#entries;
    const width = this.#width;
    const words = width - 2;
    let slot = hash(place, bits, state) & this.#mask;
    for (;;) {
      const at = slot * width;
      const marked = entries[at + 1];
      if (marked === 0) {
        entries[at] = place;
        entries[at + 1] = state + 1;
        for (let word = 0; word < words; word++) entries[at + 2 + word] = bits[word] as number;
        this.#size++;
        return 'new';
      }
      if (marked === state + 1 && entries[at] === place) {
        let word = 0;
        while (word < words && entries[at + 2 + word] === bits[word]) word++;
        if (word === words) return 'known';
      }
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): boolean {
    const old = this.#entries;
    const width = this.#width;
    const bytes = old.byteLength * 2;
    if (bytes > this.#budget.bytesLeft) return false;
    this.#budget.bytesLeft -= bytes - old.byteLength;
    this.#entries = new Int32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let at = 0; at < old.length; at += width) {
      const state = old[at + 1] as number;
      if (state === 0) continue;
      const bits = old.subarray(at + 2, at + width);
      let slot = hash(old[at] as number, bits, state - 1) & this.#mask;
      while (this.#entries[slot * width + 1] !== 0) slot = (slot + 1) & this.#mask;
      this.#entries.set(old.subarray(at, at + width), slot * width);
    }
    return true;
  }
}

function hash(place: number, bits: Int32Array, state: number): number {
  let mixed = Math.imul(place, 0x9e3779b1) ^ Math.imul(state, 0x85ebca6b);
  for (let word = 0; word < bits.length; word++) {
    mixed = Math.imul(mixed ^ (mixed >>> 15) ^ (bits[word] as number), 0xc2b2ae35);
  }
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  return mixed ^ (mixed >>> 15);
}
