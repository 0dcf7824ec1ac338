import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scatterScale } from '../../web/page/scatter-scale.ts';
import { check } from '../property.ts';

const size = { width: 1000, height: 100, isLog: false, zoneMinutes: 0 };
const START = 1_795_363_200e6;
const points = (...durations: number[]) =>
  durations.map((durationMicros, at) => ({ startMicros: START + at * 1e6, durationMicros }));

describe('the scale of a diagram', () => {
  test('has its marks at round moments and durations', () => {
    const { times, durations } = scatterScale(points(0, 40_000, 95_000), size);
    expect(durations).toEqual([0, 50_000]);
    expect(times.map((time) => (time - START) / 1e6)).toEqual([0, 0.5, 1, 1.5, 2]);
  });

  test('has days begin at midnight where the reader is', () => {
    const days = [0, 10].map((day) => ({ startMicros: START + day * 86_400e6, durationMicros: 1 }));
    const { times } = scatterScale(days, { ...size, width: 600, zoneMinutes: -90 });
    for (const time of times) expect(((time / 60e6 + 90) / 1440) % 1).toBe(0);
    expect(times.length).toBeGreaterThan(2);
  });

  test('by the logarithm shows the fast beside the slow', () => {
    const { y, durations } = scatterScale(points(100, 1_000, 10_000_000), { ...size, isLog: true });
    expect(durations).toEqual([100, 1e3, 1e4, 1e5, 1e6, 1e7]);
    expect(y(100) - y(1_000)).toBeGreaterThan(15);
  });

  test('has room for one point, and for none', () => {
    for (const isLog of [true, false]) {
      for (const few of [points(), points(0), points(5)]) {
        const { x, y } = scatterScale(few, { ...size, isLog });
        for (const { startMicros, durationMicros } of few) {
          expect(x(startMicros)).toBe(0);
          expect(Number.isFinite(y(durationMicros))).toBe(true);
        }
      }
    }
  });

  test('puts every point inside, and leads back to it', () => {
    const some = fc.array(
      fc.record({ startMicros: fc.nat(1e9), durationMicros: fc.integer({ min: 0, max: 1e9 }) }),
      { minLength: 1, maxLength: 20 },
    );
    check(
      fc.property(some, fc.boolean(), (points, isLog) => {
        const scale = scatterScale(points, { ...size, isLog });
        for (const { startMicros, durationMicros } of points) {
          const [x, y] = [scale.x(startMicros), scale.y(durationMicros)];
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(size.width);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(size.height + 1e-6);
          expect(scale.timeAt(x)).toBeCloseTo(startMicros, 0);
          const duration = isLog
            ? Math.max(scale.durationAt(size.height), durationMicros)
            : durationMicros;
          expect(scale.durationAt(y) / (1 + duration)).toBeCloseTo(duration / (1 + duration), 5);
        }
      }),
    );
  });
});
