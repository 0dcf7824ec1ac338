/** Shares that are tried, beside each other: a dense short stretch and a thin long one. */
const SHARES = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 0.99] as const;

/**
 * The stretch of a sequence in which marks most likely came at some higher share,
 * when elsewhere they come at the share `usual`: for each of a few shares
 * Kadane's maximal segment over the log likelihood ratio of each, and of these
 * the one with the greatest ratio at its own share. Indexes of its first and
 * last; undefined where no share is higher.
 */
export function likeliestSegment(
  marks: readonly boolean[],
  usual: number,
): readonly [first: number, last: number] | undefined {
  let best = 0;
  let likeliest: Segment | undefined;
  for (const share of SHARES) {
    const segment = share > usual ? maximalSegment(marks, usual, share) : undefined;
    if (segment === undefined) continue;
    const ratio = logRatio(segment, usual);
    if (ratio > best) [best, likeliest] = [ratio, segment];
  }
  return likeliest && [likeliest.first, likeliest.last];
}

interface Segment {
  readonly first: number;
  readonly last: number;
  readonly marked: number;
}

function maximalSegment(
  marks: readonly boolean[],
  usual: number,
  share: number,
): Segment | undefined {
  const gain = Math.log(share / usual);
  const loss = Math.log((1 - share) / (1 - usual));
  let [sum, best, start, marked] = [0, 0, 0, 0];
  let segment: Segment | undefined;
  for (const [at, isMarked] of marks.entries()) {
    if (sum <= 0) [sum, start, marked] = [0, at, 0];
    sum += isMarked ? gain : loss;
    marked += Number(isMarked);
    if (sum > best) [best, segment] = [sum, { first: start, last: at, marked }];
  }
  return segment;
}

function logRatio({ first, last, marked }: Segment, usual: number): number {
  const total = last - first + 1;
  const share = Math.min(marked / total, 1 - 1e-9);
  return marked * Math.log(share / usual) + (total - marked) * Math.log((1 - share) / (1 - usual));
}
