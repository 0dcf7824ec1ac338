/**
 * The stretch of a sequence in which marks most likely came at the share `now`,
 * when elsewhere they come at the share `usual`: Kadane's maximal segment over
 * the log likelihood ratio of each. Indexes of its first and last; undefined
 * where nothing is marked.
 */
export function likeliestSegment(
  marks: readonly boolean[],
  usual: number,
  now: number,
): readonly [first: number, last: number] | undefined {
  const gain = Math.log(now / usual);
  const loss = Math.log((1 - Math.min(now, 0.99)) / (1 - usual));
  let [sum, best, start] = [0, 0, 0];
  let segment: [number, number] | undefined;
  for (const [at, isMarked] of marks.entries()) {
    if (sum <= 0) [sum, start] = [0, at];
    sum += isMarked ? gain : loss;
    if (sum > best) [best, segment] = [sum, [start, at]];
  }
  return segment;
}
