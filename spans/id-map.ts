const FIRST_CAPACITY = 64;
/** Odd, and alike in nothing else: the first digits of the square roots of primes. */
const FACTORS = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f373, 0xa54f_f53b, 0x510e_527f, 0x9b05_688d];

/**
 * A map whose keys are ids of a fixed number of 32-bit words: a hash table with
 * open addressing and linear probing, at most half full. Much faster than a Map
 * of strings, which first has to make a string, and then to intern it.
 */
export class IdMap<Value> {
  readonly #words: number;
  #keys: Int32Array;
  #values: (Value | undefined)[];
  #mask: number;
  size = 0;

  /**
   * @param words that a key has, 6 at most
   * @param expected how many keys there will be, so that it need not grow
   */
  constructor(words: number, expected = 0) {
    const capacity = Math.max(FIRST_CAPACITY, 2 << Math.ceil(Math.log2(expected + 1)));
    this.#words = words;
    this.#keys = new Int32Array(capacity * words);
    this.#values = emptyValues(capacity);
    this.#mask = capacity - 1;
  }

  /** The key is in `ids` from `at` on, here as below. */
  get(ids: Int32Array, at: number): Value | undefined {
    return this.#values[this.#find(ids, at)];
  }

  /** @param value not undefined */
  set(ids: Int32Array, at: number, value: Value): void {
    let place = this.#find(ids, at);
    if (this.#values[place] === undefined) {
      if ((this.size + 1) * 2 > this.#mask) {
        this.#grow();
        place = this.#find(ids, at);
      }
      this.size++;
      this.#copyKey(place, ids, at);
    }
    this.#values[place] = value;
  }

  /** Whether it was there. */
  delete(ids: Int32Array, at: number): boolean {
    let gap = this.#find(ids, at);
    if (this.#values[gap] === undefined) return false;
    this.size--;
    // What follows moves up, unless the gap is before the place that it hashes to.
    for (
      let place = this.#after(gap);
      this.#values[place] !== undefined;
      place = this.#after(place)
    ) {
      const home = this.#hash(this.#keys, place * this.#words);
      if (((place - home) & this.#mask) < ((place - gap) & this.#mask)) continue;
      this.#copyKey(gap, this.#keys, place * this.#words);
      this.#values[gap] = this.#values[place];
      gap = place;
    }
    this.#values[gap] = undefined;
    return true;
  }

  /** Where the key is, or where it would be. */
  #find(ids: Int32Array, at: number): number {
    let place = this.#hash(ids, at);
    while (this.#values[place] !== undefined && !this.#isAt(place, ids, at)) {
      place = this.#after(place);
    }
    return place;
  }

  #isAt(place: number, ids: Int32Array, at: number): boolean {
    const key = place * this.#words;
    for (let word = 0; word < this.#words; word++) {
      if (this.#keys[key + word] !== ids[at + word]) return false;
    }
    return true;
  }

  #copyKey(place: number, ids: Int32Array, at: number): void {
    const key = place * this.#words;
    for (let word = 0; word < this.#words; word++)
      this.#keys[key + word] = ids[at + word] as number;
  }

  #after(place: number): number {
    return (place + 1) & this.#mask;
  }

  /** Ids may count up in any of their digits: each word has a factor of its own, and then all bits are mixed (Murmur3's way). */
  #hash(ids: Int32Array, at: number): number {
    let hash = 0;
    for (let word = 0; word < this.#words; word++) {
      hash = (hash + Math.imul(ids[at + word] as number, FACTORS[word] as number)) | 0;
    }
    hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b);
    return (hash ^ (hash >>> 13)) & this.#mask;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    const capacity = values.length * 2;
    this.#mask = capacity - 1;
    this.#keys = new Int32Array(capacity * this.#words);
    this.#values = emptyValues(capacity);
    this.size = 0;
    for (let place = 0; place < values.length; place++) {
      const value = values[place];
      if (value !== undefined) this.set(keys, place * this.#words, value);
    }
  }
}

const emptyValues = <Value>(length: number): (Value | undefined)[] =>
  Array.from<Value | undefined>({ length });
