/** Bins per unit of asinh: a bin is about a sixth of the gap wide where gaps are long. */
const BINS_PER_UNIT = 6;
/** Weights of a bin and its neighbours on each side. */
const KERNEL = [0.4, 0.2, 0.1];
/** Of all gaps, this share may be anything, so that nothing is impossible. */
const TAIL_SHARE = 0.02;
/** The tail falls off like a gap of this size. */
const TAIL_SECONDS = 1;

/**
 * How likely a gap of time is, learned from gaps seen with a weight each: a
 * histogram with bins that widen with the gap, smoothed, over a heavy tail.
 * No shape is assumed: delays have several modes and long tails.
 */
export class GapDensity {
  readonly #unitSeconds: number;
  readonly #bins = new Map<number, number>();
  /** Of all weights. */
  total = 0;
  #sum = 0;
  #squares = 0;

  /** @param unitSeconds gaps below it are not told apart: the resolution of the clocks */
  constructor(unitSeconds: number) {
    this.#unitSeconds = unitSeconds;
  }

  add(gapSeconds: number, weight: number): void {
    const bin = this.#binOf(gapSeconds);
    for (let side = 1 - KERNEL.length; side < KERNEL.length; side++) {
      const share = KERNEL[Math.abs(side)] ?? 0;
      this.#bins.set(bin + side, (this.#bins.get(bin + side) ?? 0) + share * weight);
    }
    this.total += weight;
    this.#sum += weight * gapSeconds;
    this.#squares += weight * gapSeconds ** 2;
  }

  /**
   * The same for a normal distribution of the gaps' mean and deviation. It is
   * convex, where the histogram has a tail: of two calls that follow each other,
   * it never lets one overtake the other.
   */
  logNormal(gapSeconds: number): number {
    const mean = this.#sum / (this.total + 1e-9);
    const variance = this.#squares / (this.total + 1e-9) - mean ** 2;
    const deviation = Math.sqrt(Math.max(variance, 0)) + this.#unitSeconds;
    return (
      -0.5 * ((gapSeconds - mean) / deviation) ** 2 - Math.log(deviation * Math.sqrt(2 * Math.PI))
    );
  }

  /** The logarithm of the density at a gap, per second; never minus infinity. */
  log(gapSeconds: number): number {
    const unit = this.#unitSeconds;
    const bin = this.#binOf(gapSeconds);
    const share = (this.#bins.get(bin) ?? 0) / (this.total + 1);
    const perSecond = BINS_PER_UNIT / Math.hypot(gapSeconds, unit);
    const tail = 1 / (2 * TAIL_SECONDS * (1 + Math.abs(gapSeconds) / TAIL_SECONDS) ** 2);
    const known = this.total / (this.total + 1);
    return Math.log(
      (1 - TAIL_SHARE) * known * share * perSecond + (TAIL_SHARE * known + 1 - known) * tail,
    );
  }

  #binOf(gapSeconds: number): number {
    return Math.round(Math.asinh(gapSeconds / this.#unitSeconds) * BINS_PER_UNIT);
  }
}
