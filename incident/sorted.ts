/** How many of the sorted values are below `limit`, by bisection. */
export const countBelow = (sorted: ArrayLike<number>, limit: number): number =>
  count(sorted, (value) => value < limit);

/** How many of them are at most `limit`. */
export const countUpTo = (sorted: ArrayLike<number>, limit: number): number =>
  count(sorted, (value) => value <= limit);

function count(sorted: ArrayLike<number>, isCounted: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isCounted(sorted[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
