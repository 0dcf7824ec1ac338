import type { Past } from './surprise.ts';

/** What one bin of time had. */
interface Bin {
  readonly bin: number;
  marked: number;
  total: number;
}

/** Clusters are looked for at the length of one bin, and of so many. */
const COARSE_BINS = 8;
/** Fewer bins say nothing of how counts vary. */
const MIN_BINS = 10;

/**
 * How many of something were marked, bin by bin of time: the recent ones by
 * themselves, those before added up as the past. Memory is that of the recent.
 */
export class MarkSeries {
  #recent: Bin[] = [];
  readonly past: { marked: number; total: number } = { marked: 0, total: 0 };
  #fine = new Scatter();
  #coarse = new Scatter();
  #group: Bin = { bin: -1, marked: 0, total: 0 };

  /** Another series of the same time and totals, in which nothing was marked so far. */
  withoutMarks(): MarkSeries {
    const copy = new MarkSeries();
    copy.#recent = this.#recent.map((bin) => ({ ...bin, marked: 0 }));
    copy.past.total = this.past.total;
    copy.#fine = this.#fine.withoutMarks();
    copy.#coarse = this.#coarse.withoutMarks();
    copy.#group = { ...this.#group, marked: 0 };
    return copy;
  }

  /** Bins must come in order. */
  add(bin: number, marked: number, total: number): void {
    const last = this.#recent.at(-1);
    if (last?.bin === bin) {
      last.marked += marked;
      last.total += total;
    } else this.#recent.push({ bin, marked, total });
  }

  /** What is before `bin` becomes past, unless it was unusual: then later times are not compared with it. */
  forgetBefore(bin: number, isUnusual: (bin: number) => boolean): void {
    let gone = 0;
    for (const each of this.#recent) {
      if (each.bin >= bin) break;
      gone++;
      if (!isUnusual(each.bin)) this.#settle(each);
    }
    if (gone > 0) this.#recent.splice(0, gone);
  }

  /** The sum from a bin on. */
  since(bin: number): Past {
    let [marked, total] = [0, 0];
    for (let at = this.#recent.length - 1; at >= 0; at--) {
      const each = this.#recent[at] as Bin;
      if (each.bin < bin) break;
      marked += each.marked;
      total += each.total;
    }
    return { marked, total };
  }

  /** How much more the counts of bins vary than independent marks would; at least 1. */
  get dispersion(): number {
    return Math.max(1, this.#fine.dispersion, this.#coarse.dispersion);
  }

  #settle({ bin, marked, total }: Bin): void {
    this.past.marked += marked;
    this.past.total += total;
    this.#fine.add(marked, total);
    const group = Math.floor(bin / COARSE_BINS);
    if (this.#group.bin !== group) {
      this.#coarse.add(this.#group.marked, this.#group.total);
      this.#group = { bin: group, marked: 0, total: 0 };
    }
    this.#group.marked += marked;
    this.#group.total += total;
  }
}

/** Pearson's χ² over its degrees of freedom, of counts against their common rate, from sums alone. */
class Scatter {
  #bins = 0;
  #marked = 0;
  #total = 0;
  #squares = 0;

  add(marked: number, total: number): void {
    if (total === 0) return;
    this.#bins++;
    this.#marked += marked;
    this.#total += total;
    this.#squares += (marked * marked) / total;
  }

  withoutMarks(): Scatter {
    const copy = new Scatter();
    copy.#bins = this.#bins;
    copy.#total = this.#total;
    return copy;
  }

  get dispersion(): number {
    if (this.#bins < MIN_BINS || this.#marked === 0 || this.#marked === this.#total) return 1;
    const rate = this.#marked / this.#total;
    // Σ (marked − total·rate)² / total, expanded.
    const squares = this.#squares - this.#marked * rate;
    return squares / ((this.#bins - 1) * rate * (1 - rate));
  }
}
