import { expect, test } from 'vitest';
import { growth } from '../../../spans/flame/growth.ts';
import { holm, meanDifference, type Sample } from '../../../spans/flame/mean-difference.ts';
import { measureTrace, type MeasuredTrace } from '../../../spans/flame/measured-trace.ts';
import { dice } from '../../../services/dice.ts';
import { shapedTrace, type Shape } from './shaped-trace.ts';

const sampleOf = (values: readonly number[]): Sample => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count: values.length, mean, variance: squares / (values.length - 1) };
};

// As R's t.test says of sleep$extra: by Welch t = -1.8608, df = 17.776, p = 0.07939, interval -3.365 … 0.205.
test('agrees with R about the sleep of students', () => {
  const first = sampleOf([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]);
  const second = sampleOf([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]);
  const { difference, margin, pValue } = meanDifference(first, second);
  expect(difference).toBeCloseTo(1.58, 10);
  expect(difference + (margin ?? 0)).toBeCloseTo(3.365483, 4);
  expect(pValue).toBeCloseTo(0.07939, 4);
});

test('knows no spread of a single value', () => {
  expect(meanDifference(sampleOf([1, 2]), { count: 1, mean: 5, variance: Number.NaN })).toEqual({
    difference: 3.5,
    margin: undefined,
    pValue: undefined,
  });
});

test('takes a side without any spread to have that of the other', () => {
  const rare = sampleOf(Array.from({ length: 400 }, (_, at) => Number(at % 10 === 0)));
  expect(
    meanDifference(sampleOf(Array.from({ length: 20 }, () => 0)), rare).pValue,
  ).toBeGreaterThan(0.05);
});

test("corrects p-values by Holm's steps", () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
});

/** Checkouts whose times have a long tail, some of which reserve too. */
function checkouts(count: number, seed: number, chargeMillis: number): MeasuredTrace[] {
  const roll = dice(seed);
  const tail = (mean: number): number => Math.round(1e6 * mean * -Math.log(1 - roll())) / 1e6;
  return Array.from({ length: count }, () => {
    const charge = tail(chargeMillis);
    const shapes: Shape[] = [
      ['shop:checkout', undefined, 0, charge + 2 + tail(5)],
      ['bank:charge', 'shop:checkout', 1, 1 + charge],
    ];
    if (roll() < 0.1) shapes.push(['shop:reserve', 'shop:checkout', 1 + charge, 2 + charge]);
    return measureTrace(shapedTrace(shapes), 'self');
  });
}

test('finds the operation that grew, and only that', () => {
  const grown = growth(checkouts(60, 1, 10), checkouts(80, 2, 30), 'duration');
  expect(grown.map(({ name }) => name)[0]).toBe('charge');
  expect(grown.filter(({ selfNanos }) => selfNanos.isSure).map(({ name }) => name)).toEqual([
    'charge',
  ]);
  expect(grown.filter(({ calls }) => calls.isSure)).toEqual([]);
});

test('the differences of all operations add up to that of the traces', () => {
  const [before, after] = [checkouts(30, 3, 10), checkouts(40, 4, 12)];
  const mean = (traces: readonly MeasuredTrace[]): number =>
    traces.flatMap(({ selfNanos }) => selfNanos).reduce((sum, own) => sum + own, 0) / traces.length;
  const sum = growth(before, after, 'duration').reduce(
    (all, { selfNanos }) => all + selfNanos.difference,
    0,
  );
  expect(sum).toBeCloseTo(mean(after) - mean(before), 0);
});

test('is sure of nothing in about 19 of 20 comparisons where nothing has changed', () => {
  const wrong = Array.from({ length: 60 }, (_, seed) =>
    growth(checkouts(10, 1_000 + seed, 10), checkouts(30, 5_000 + seed, 10), 'duration'),
  ).filter((operations) =>
    operations.some(({ selfNanos, calls }) => selfNanos.isSure || calls.isSure),
  );
  // Durations and counts are asked about each by itself: 1 in 20 of both, and 3 sigma.
  expect(wrong.length).toBeLessThanOrEqual(0.1 * 60 + 7);
});
