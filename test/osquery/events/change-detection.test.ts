import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChangeDetector, type ChangeRule } from '../../../osquery/events/change-detection.ts';
import { check } from '../../property.ts';

const LEVEL: ChangeRule = { by: 'level', least: 10, spread: 1, looks: 2 };
const GROWTH: ChangeRule = { by: 'growth', least: 100, spread: 10, looks: 1, slack: 1 };

const verdicts = (rule: ChangeRule, values: readonly number[]): string => {
  const detector = new ChangeDetector(rule);
  return values.map((value) => detector.push(value)).join(' ');
};

const times = (count: number, value: number): number[] =>
  Array.from({ length: count }, () => value);

describe('a change of level', () => {
  test('begins after the looks it needs, and is over when it is calm for two', () => {
    expect(verdicts(LEVEL, [...times(12, 5), 40, 50, 40, 5, 5, 5])).toBe(
      [...times(12, 0).map(() => 'usual'), 'off changed changed calm back usual'].join(' '),
    );
  });

  test('is none for one look', () => {
    expect(verdicts(LEVEL, [...times(12, 5), 40, 5])).not.toContain('changed');
  });

  test('says its peak, what was usual, and how far they are apart', () => {
    const detector = new ChangeDetector(LEVEL);
    for (const value of [...times(12, 5), 40, 55, 40]) detector.push(value);
    expect(detector.change).toEqual({ peak: 55, usual: 5, magnitude: 50 });
  });

  test('is none before ten looks have shown what is usual', () => {
    expect(verdicts(LEVEL, [...times(9, 0), 100])).not.toContain('off');
  });

  test('begins at once where the past is known', () => {
    expect(verdicts({ ...LEVEL, past: 0 }, [100, 100])).toBe('off changed');
  });

  test('has to be six times the noise', () => {
    // Median 20, median absolute deviation 10: a robust standard deviation of 14.8.
    const noisy = Array.from({ length: 60 }, (_, look) => (look % 5) * 10);
    expect(verdicts(LEVEL, [...noisy, ...times(3, 105)])).not.toContain('changed');
    expect(verdicts(LEVEL, [...noisy, ...times(3, 112)])).toContain('changed');
  });

  test('becomes the new usual after 300 looks', () => {
    const said = verdicts(LEVEL, [...times(12, 5), ...times(320, 50)]).split(' ');
    expect(said.indexOf('back') - said.indexOf('changed')).toBe(299);
    expect(said.slice(-10)).toEqual(times(10, 0).map(() => 'usual'));
  });

  test('is none for any values that stay within the least change', () => {
    check(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 4.9, noNaN: true }), { maxLength: 200 }),
        (base, noise) => {
          expect(
            verdicts(
              LEVEL,
              noise.map((value) => base + value),
            ),
          ).not.toContain('off');
        },
      ),
    );
  });

  test('is found for any noise below it, however long the past', () => {
    check(
      fc.property(
        fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 10, maxLength: 200 }),
        (noise) => {
          expect(verdicts(LEVEL, [...noise, 50, 50])).toMatch(/off changed$/);
        },
      ),
    );
  });
});

describe('a growth', () => {
  test('is found at once if it is fast', () => {
    expect(verdicts(GROWTH, [...times(10, 0), 200])).toMatch(/changed$/);
  });

  test('is found in the end if it is slow, and began where it left zero', () => {
    const said = verdicts(GROWTH, [...times(10, 0), ...times(60, 3)]).split(' ');
    // Two of three a look count: 100 after 50 looks, an eighth of it after 7.
    expect([said.indexOf('off'), said.indexOf('changed')]).toEqual([16, 59]);
  });

  test('is none while what comes goes again', () => {
    const sawtooth = Array.from({ length: 300 }, (_, look) => (look % 3 === 2 ? -80 : 40));
    expect(verdicts(GROWTH, [...times(10, 0), ...sawtooth])).not.toContain('changed');
  });

  test('is over when it has gone again, or stayed for a minute of looks', () => {
    const grown = [...times(10, 0), 300, 0, 0];
    expect(verdicts(GROWTH, [...grown, -300, 0])).toMatch(/calm back$/);
    expect(verdicts(GROWTH, [...grown, ...times(60, 0)])).toMatch(/back usual/);
  });
});
