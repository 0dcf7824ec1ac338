import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignment, type Row } from '../../../spans/infer/assignment.ts';
import { check } from '../../property.ts';

const SLOTS = 5;

const rows = fc.array(
  fc.record({
    noneCost: fc.integer({ min: -5, max: 20 }),
    choices: fc
      .uniqueArray(fc.integer({ min: 0, max: SLOTS - 1 }), { maxLength: SLOTS })
      .chain((slots) =>
        fc.tuple(
          ...slots.map((slot) =>
            fc.record({ slot: fc.constant(slot), cost: fc.integer({ min: -10, max: 20 }) }),
          ),
        ),
      ),
  }),
  { maxLength: 6 },
);

/** All ways, one after the other. */
function cheapest(all: readonly Row[], taken: ReadonlySet<number> = new Set()): number {
  const [row, ...rest] = all;
  if (row === undefined) return 0;
  return Math.min(
    row.noneCost + cheapest(rest, taken),
    ...row.choices
      .filter(({ slot }) => !taken.has(slot))
      .map(({ slot, cost }) => cost + cheapest(rest, new Set([...taken, slot]))),
  );
}

function costOf(all: readonly Row[], slots: readonly (number | undefined)[]): number {
  return all.reduce((sum, { choices, noneCost }, index) => {
    const slot = slots[index];
    const chosen = choices.find((choice) => choice.slot === slot);
    return sum + (slot === undefined ? noneCost : (chosen?.cost ?? Number.NaN));
  }, 0);
}

test('rows and slots are matched one to one at the least cost of all ways', () => {
  check(
    fc.property(rows, (all) => {
      const slots = assignment(all, SLOTS).map(({ slot }) => slot);
      const used = slots.filter((slot) => slot !== undefined);
      expect(new Set(used).size).toBe(used.length);
      expect(costOf(all, slots)).toBeCloseTo(cheapest(all), 9);
    }),
  );
});

test('a regret is never more than what another choice really costs', () => {
  check(
    fc.property(rows, (all) => {
      const best = cheapest(all);
      for (const [index, { regrets, noneRegret }] of assignment(all, SLOTS).entries()) {
        const row = all[index];
        if (row === undefined) continue;
        const forced = (only: Row): number =>
          cheapest(all.map((other, at) => (at === index ? only : other))) - best;
        for (const [at, choice] of row.choices.entries()) {
          const real = forced({ choices: [choice], noneCost: 1_000 });
          expect(regrets[at]).toBeLessThanOrEqual(real + 1e-9);
        }
        expect(noneRegret).toBeLessThanOrEqual(forced({ ...row, choices: [] }) + 1e-9);
      }
    }),
    100,
  );
});
