import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdMap } from '../../spans/id-map.ts';
import { check } from '../property.ts';

/** So few that they are often met again, and so like each other that they collide. */
const key = fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: 0, max: 200 }));
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('set'), key, value: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('delete'), key, value: fc.constant(0) }) },
);

test('an IdMap holds what a Map holds', () => {
  check(
    fc.property(fc.array(step, { maxLength: 1_500, size: 'max' }), (steps) => {
      const ids = new IdMap<number>(2);
      const model = new Map<string, number>();
      const words = (key: readonly number[]): Int32Array => Int32Array.from([7, ...key]);
      for (const { does, key, value } of steps) {
        expect(ids.get(words(key), 1)).toBe(model.get(String(key)));
        const [done, expected] =
          does === 'set'
            ? [ids.set(words(key), 1, value), void model.set(String(key), value)]
            : [ids.delete(words(key), 1), model.delete(String(key))];
        expect(done).toBe(expected);
        expect(ids.size).toBe(model.size);
      }
      for (const [text, value] of model) {
        expect(ids.get(words(text.split(',').map(Number)), 1)).toBe(value);
      }
    }),
    20,
  );
});
