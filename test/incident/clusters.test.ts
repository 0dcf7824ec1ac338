import { describe, expect, test } from 'vitest';
import type { Burst } from '../../incident/bursts.ts';
import { clusters } from '../../incident/clusters.ts';

/** From and to in seconds. */
function burst(from: number, to: number, p: number): Burst {
  const time = { fromMicros: from * 1e6, toMicros: to * 1e6, seenMicros: to * 1e6 };
  return {
    mark: 'slow',
    type: undefined,
    scope: 'all',
    of: '',
    usualShare: 0.1,
    share: 1,
    p,
    ...time,
  };
}

const timesOf = (...bursts: Burst[]): number[][] =>
  clusters(bursts).map(({ fromMicros, toMicros }) => [fromMicros / 1e6, toMicros / 1e6]);

describe('symptoms', () => {
  test('that are near each other are one incident, in whatever order they are found', () => {
    const bursts = [burst(10, 12, 1e-9), burst(18, 22, 1e-20), burst(21, 29, 1e-8)];
    expect(timesOf(...bursts)).toEqual([[10, 29]]);
    expect(timesOf(...bursts.toReversed())).toEqual([[10, 29]]);
  });

  test('that are apart are two, though something weaker lies between, which goes to the one it has more of', () => {
    const [first, second] = [burst(10, 20, 1e-30), burst(50, 60, 1e-20)];
    const tail = burst(12, 45, 1e-8);
    const [before, after] = clusters([first, tail, second]);
    expect(before?.bursts).toEqual([first, tail]);
    expect(after?.bursts).toEqual([second]);
    expect((after?.fromMicros ?? 0) - (before?.toMicros ?? 0)).toBeGreaterThan(8e6);
  });

  test('that lie in something stronger and longer are of that', () => {
    expect(timesOf(burst(10, 12, 1e-9), burst(5, 60, 1e-30), burst(50, 55, 1e-12))).toEqual([
      [5, 60],
    ]);
  });
});
