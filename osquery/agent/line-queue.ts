/** Lines that are to be sent, and the number of the last of them. */
export interface Batch {
  readonly lines: readonly string[];
  readonly last: number;
}

interface Bounds {
  readonly maxLines: number;
  /** Of all lines together, in UTF-16 units. */
  readonly maxLength: number;
}

/**
 * Lines that wait until somebody has taken note of them, oldest first. When there
 * are more than the bound, the oldest fall out and are counted.
 */
export class LineQueue {
  readonly #bounds: Bounds;
  #lines: string[] = [];
  /** How many at the front of `#lines` are gone already: they are removed together. */
  #gone = 0;
  /** The number of `#lines[0]`. */
  #first = 0;
  #size = 0;
  #dropped = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  get length(): number {
    return this.#lines.length - this.#gone;
  }

  /** Adds a line; what falls out for it is counted. */
  add(line: string): void {
    this.#lines.push(line);
    this.#size += line.length;
    while (this.length > this.#bounds.maxLines || this.#size > this.#bounds.maxLength) {
      this.#removeOldest();
      this.#dropped++;
    }
  }

  /** The oldest lines, within the bounds but at least one; they stay here until they are acknowledged. */
  oldest({ maxLines, maxLength }: Bounds): Batch {
    const lines: string[] = [];
    let length = 0;
    for (const line of this.#lines.slice(this.#gone, this.#gone + maxLines)) {
      length += line.length;
      if (lines.length > 0 && length > maxLength) break;
      lines.push(line);
    }
    return { lines, last: this.#first + this.#gone + lines.length - 1 };
  }

  /** Removes the lines of a batch, but for those that have fallen out meanwhile. */
  acknowledge({ last }: Batch): void {
    while (this.length > 0 && this.#first + this.#gone <= last) this.#removeOldest();
  }

  /** How many have fallen out since this was asked last. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  #removeOldest(): void {
    this.#size -= this.#lines[this.#gone]?.length ?? 0;
    this.#lines[this.#gone++] = '';
    if (this.#gone < 1024 && this.#gone < this.#lines.length) return;
    this.#lines = this.#lines.slice(this.#gone);
    this.#first += this.#gone;
    this.#gone = 0;
  }
}
