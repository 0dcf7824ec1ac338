import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { difference, NO_ROWS } from '../../../osquery/agent/differential.ts';
import type { ResultRow } from '../../../osquery/agent/row-text.ts';
import { check } from '../../property.ts';

/** Few different rows, so that they repeat and come back. */
const row = fc.record({ pid: fc.bigInt(0n, 3n), name: fc.constantFrom('a', 'b', null) });
const results = fc.array(fc.array(row, { maxLength: 8 }), { maxLength: 6 });

const texts = (rows: readonly ResultRow[]): string[] =>
  rows.map(({ pid, name }) => `${pid} ${name ?? ''}`).sort();

describe('the difference of two results', () => {
  test('folded over all results gives each of them', () => {
    check(
      fc.property(results, (results) => {
        let bag = NO_ROWS;
        const state: string[] = [];
        for (const rows of results) {
          const { added, removed, bag: next } = difference(bag, rows);
          for (const text of texts(removed)) {
            const at = state.indexOf(text);
            expect(at).toBeGreaterThanOrEqual(0);
            state.splice(at, 1);
          }
          state.push(...texts(added));
          expect(state.toSorted()).toEqual(texts(rows));
          bag = next;
        }
      }),
      100,
    );
  });

  test('never adds and removes the same row', () => {
    check(
      fc.property(fc.array(row), fc.array(row), (before, after) => {
        const { added, removed } = difference(difference(NO_ROWS, before).bag, after);
        expect(new Set(texts(added)).isDisjointFrom(new Set(texts(removed)))).toBe(true);
      }),
      100,
    );
  });

  test('counts equal rows', () => {
    const one = { n: 1n };
    const { bag } = difference(NO_ROWS, [one, one, one]);
    expect(difference(bag, [one])).toMatchObject({ added: [], removed: [one, one] });
    expect(difference(bag, [one, one, one, one])).toMatchObject({ added: [one], removed: [] });
  });

  test('sees by the texts alone, in which NULL is empty', () => {
    const { bag } = difference(NO_ROWS, [{ n: null }, { n: 2n }]);
    expect(difference(bag, [{ n: '' }, { n: '2' }])).toMatchObject({ added: [], removed: [] });
    expect(difference(bag, [{ n: '' }, { n: 2.0 }])).toMatchObject({ removed: [{ n: 2n }] });
  });
});
