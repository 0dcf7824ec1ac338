/** Neighbouring buckets differ by a tenth: more than quantiles of latencies are worth. */
const RATIO = Math.log(1.1);
/** Up to three hours in microseconds; longer ones are in the last. */
const BUCKETS = 256;
/** Quantiles are found again when so much more was added. */
const STALE_SHARE = 1.05;

/** The durations of an operation in a histogram of fixed size, with buckets that grow by a tenth each. */
export class Durations {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;
  #foundAt = 0;
  #quantiles: Quantiles = { median: Infinity, p90: Infinity, p98: Infinity, p99: Infinity };

  get total(): number {
    return this.#total;
  }

  add(micros: number): void {
    const bucket = Math.min(BUCKETS - 1, Math.floor(Math.log1p(Math.max(0, micros)) / RATIO));
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#total++;
  }

  /** In microseconds, rounded up by a tenth at most; Infinity while there are none. Up to a twentieth of the durations may be newer. */
  quantiles(): Quantiles {
    if (this.#total >= this.#foundAt * STALE_SHARE) {
      this.#foundAt = Math.max(1, this.#total);
      this.#quantiles = {
        median: this.#quantile(0.5),
        p90: this.#quantile(0.9),
        p98: this.#quantile(0.98),
        p99: this.#quantile(0.99),
      };
    }
    return this.#quantiles;
  }

  #quantile(share: number): number {
    let left = Math.ceil(share * this.#total);
    if (left === 0) return Infinity;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#counts[bucket] as number;
      if (left <= 0) return Math.expm1((bucket + 1) * RATIO);
    }
    return Infinity;
  }
}

interface Quantiles {
  readonly median: number;
  readonly p90: number;
  readonly p98: number;
  readonly p99: number;
}
