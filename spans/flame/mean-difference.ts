/** What is known of a sample: how many values, their mean, and the unbiased variance. */
export interface Sample {
  readonly count: number;
  readonly mean: number;
  /** NaN of less than two values. */
  readonly variance: number;
}

export interface MeanDifference {
  /** The second mean less the first. */
  readonly difference: number;
  /** Half of the width of the 95 % confidence interval around it; undefined where a side has less than two values. */
  readonly margin: number | undefined;
  /** How likely so large a difference is if there is none; undefined likewise. */
  readonly pValue: number | undefined;
}

/**
 * How far apart two means are, by the less sure of two t-tests. Welch's ("The
 * generalization of 'Student's' problem when several different population
 * variances are involved", 1947) lets the sides have different spreads. But a
 * side of few values that happen to be equal, as where an operation has not
 * occurred in any of 20 traces, has no spread to see though it must have one:
 * there Student's own test, which takes that of both sides together, is right.
 */
export function meanDifference(a: Sample, b: Sample): MeanDifference {
  const difference = b.mean - a.mean;
  if (a.count < 2 || b.count < 2) return { difference, margin: undefined, pValue: undefined };
  const tests = [welch(a, b), student(a, b)].map(({ error, freedom }) => ({
    margin: error === 0 ? 0 : error * quantile(0.05, freedom),
    pValue:
      difference === 0 ? 1 : error === 0 ? 0 : twoSided(Math.abs(difference) / error, freedom),
  }));
  return {
    difference,
    margin: Math.max(...tests.map(({ margin }) => margin)),
    pValue: Math.max(...tests.map(({ pValue }) => pValue)),
  };
}

/** The standard error of the difference, and the degrees of freedom with which it is known. */
interface Spread {
  readonly error: number;
  readonly freedom: number;
}

function welch(a: Sample, b: Sample): Spread {
  const [ofA, ofB] = [a.variance / a.count, b.variance / b.count];
  const freedom = (ofA + ofB) ** 2 / (ofA ** 2 / (a.count - 1) + ofB ** 2 / (b.count - 1));
  return { error: Math.sqrt(ofA + ofB), freedom };
}

function student(a: Sample, b: Sample): Spread {
  const freedom = a.count + b.count - 2;
  const squares = a.variance * (a.count - 1) + b.variance * (b.count - 1);
  return { error: Math.sqrt((squares / freedom) * (1 / a.count + 1 / b.count)), freedom };
}

/**
 * Holm's correction (1979) for asking about many things at once, some of which
 * look unlikely by chance: the p-values to compare with one's bound instead.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((x, y) => x.p - y.p);
  const corrected = pValues.map(() => 1);
  let least = 0;
  for (const [rank, { p, index }] of order.entries()) {
    least = Math.min(1, Math.max(least, p * (order.length - rank)));
    corrected[index] = least;
  }
  return corrected;
}

/** How likely Student's t is at least so far from 0, on either side. */
function twoSided(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** Which t is exceeded on either side with a given likelihood, by bisection. */
function quantile(likelihood: number, freedom: number): number {
  let low = 0;
  let high = 1;
  while (twoSided(high, freedom) > likelihood) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (twoSided(middle, freedom) > likelihood) low = middle;
    else high = middle;
  }
  return high;
}

/** The regularized incomplete beta function, by its continued fraction (NIST's DLMF 8.17.22) in Lentz's way. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  // It converges fast on this side; the other is its mirror.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let c = 1;
  let fraction = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return (front * fraction) / a;
}

const notZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);

/** Stirling's series (DLMF 5.11.1), from an argument that is large enough for it. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift += Math.log(z);
  const series = 1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1260 * z ** 5) - 1 / (1680 * z ** 7);
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}
