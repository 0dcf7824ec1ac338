/** How often something was seen before, of how many times it could have been. */
export interface Past {
  readonly marked: number;
  readonly total: number;
}

/** What is believed before anything was seen: so many marked of so many, as if they had been seen. */
export interface Prior {
  readonly marked: number;
  readonly total: number;
}

/** Nothing is known (Jeffreys' prior). */
export const UNKNOWN: Prior = { marked: 0.5, total: 1 };
/** It does not happen while all is well: a process that ends in the midst of a request, a port that refuses. */
export const RARE: Prior = { marked: 0.05, total: 50 };

/**
 * The probability that at least `marked` of `total` are marked, after such a
 * past, if nothing has changed: the upper tail of the beta-binomial, which is
 * the posterior predictive of a rate that is itself only estimated. With little
 * past little is surprising.
 *
 * Where marks come in clusters even in quiet times, `dispersion` is how much
 * more their counts vary than independent ones would (the quasi-likelihood's φ,
 * Wedderburn 1974); all counts then weigh so much less.
 */
export function surprise(now: Past, past: Past, prior: Prior, dispersion = 1): number {
  const total = now.total / dispersion;
  const marked = now.marked / dispersion;
  const a = past.marked / dispersion + prior.marked;
  const b = (past.total - past.marked) / dispersion + prior.total - prior.marked;
  if (marked <= (total * a) / (a + b)) return 1;
  let term = Math.exp(
    logChoose(total, marked) + logBeta(marked + a, total - marked + b) - logBeta(a, b),
  );
  let sum = term;
  for (let count = marked; count + 1 <= total && term > sum * 1e-12; count++) {
    // The next term by the ratio of the two.
    term *= ((total - count) * (count + a)) / ((count + 1) * (total - count - 1 + b));
    sum += term;
  }
  return Math.min(1, sum);
}

const logChoose = (n: number, k: number): number =>
  logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

/** Stirling's series, from 7 on exact to 1e-13; below that by the recurrence. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 7; z++) shift -= Math.log(z);
  const inverse = 1 / (z * z);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / z;
  return shift + (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series;
}
