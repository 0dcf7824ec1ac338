import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeqWindow } from '../../log/seq-window.ts';
import { check } from '../property.ts';

describe('a window of sequence numbers', () => {
  test('knows what it has seen, in any order within it', () => {
    check(
      fc.property(fc.array(fc.integer({ min: 0, max: 65_000 }), { maxLength: 500 }), (seqs) => {
        const window = new SeqWindow();
        const seen = new Set<number>();
        for (const seq of seqs) {
          expect(window.add(seq)).toBe(!seen.has(seq));
          seen.add(seq);
        }
      }),
    );
  });

  test('moves on with the newest number', () => {
    const window = new SeqWindow();
    for (let seq = 0; seq < 200_000; seq += 7) expect(window.add(seq)).toBe(true);
    for (let seq = 199_997 - 7 * 9_000; seq < 200_000; seq += 7)
      expect(window.add(seq)).toBe(false);
    expect(window.add(199_996)).toBe(true);
  });

  test('takes a number older than the window as new, for nothing may be lost', () => {
    const window = new SeqWindow();
    window.add(0);
    window.add(1_000_000);
    expect(window.add(0)).toBe(true);
  });
});
