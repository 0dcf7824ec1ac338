import { describe, expect, test } from 'vitest';
import { RARE, surprise, UNKNOWN } from '../../incident/surprise.ts';

describe('surprise', () => {
  test('is the tail of a binomial where the past is long', () => {
    // 5 of 5 at one in five: 0.2 ** 5
    const p = surprise({ marked: 5, total: 5 }, { marked: 200_000, total: 1_000_000 }, UNKNOWN);
    expect(p).toBeCloseTo(0.2 ** 5, 6);
  });

  test('is the beta-binomial where it is short: the sum over all outcomes is 1', () => {
    const past = { marked: 2, total: 7 };
    const tail = (marked: number): number => surprise({ marked, total: 6 }, past, UNKNOWN);
    // Exactly: B(6 + 2.5, 5.5) / B(2.5, 5.5), by Γ(x + 1) = x Γ(x).
    const exact = [0, 1, 2, 3, 4, 5].reduce((p, i) => p * ((2.5 + i) / (8 + i)), 1);
    expect(tail(6)).toBeCloseTo(exact, 12);
    for (let marked = 3; marked <= 6; marked++) expect(tail(marked)).toBeLessThan(tail(marked - 1));
  });

  test('is not small for one failure after little past, and is for refused connections', () => {
    expect(surprise({ marked: 1, total: 1 }, { marked: 0, total: 10 }, UNKNOWN)).toBeGreaterThan(
      0.01,
    );
    expect(surprise({ marked: 4, total: 4 }, { marked: 0, total: 10 }, RARE)).toBeLessThan(1e-6);
  });

  test('is never small for what is no more than usual', () => {
    expect(surprise({ marked: 2, total: 10 }, { marked: 20, total: 100 }, UNKNOWN)).toBe(1);
    expect(surprise({ marked: 0, total: 0 }, { marked: 0, total: 0 }, UNKNOWN)).toBe(1);
  });

  test('counts marks that come in clusters for less', () => {
    const now = { marked: 12, total: 20 };
    const past = { marked: 100, total: 1_000 };
    expect(surprise(now, past, UNKNOWN, 4)).toBeGreaterThan(100 * surprise(now, past, UNKNOWN));
  });
});
