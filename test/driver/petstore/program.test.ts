import fc from 'fast-check';
import { expect, test } from 'vitest';
import { programs, type Program } from '../../../driver/petstore/program.ts';
import { smallerPrograms } from '../../../driver/petstore/smaller-programs.ts';
import { check } from '../../property.ts';

const sizeOf = ({ prefix, clients }: Program): number => prefix.length + clients.flat().length;

test('a program has at most as many commands and clients as asked for', () => {
  const asked = fc.record({
    clients: fc.integer({ min: 1, max: 8 }),
    maxCommands: fc.integer({ min: 1, max: 60 }),
  });
  check(
    fc.property(
      asked.chain(({ clients, maxCommands }) =>
        programs(clients, maxCommands).map((program) => ({ clients, maxCommands, program })),
      ),
      ({ clients, maxCommands, program }) => {
        expect(sizeOf(program)).toBeLessThanOrEqual(maxCommands);
        expect(program.clients.length).toBeLessThanOrEqual(clients);
      },
    ),
  );
});

test('a seed gives the same programs again', () => {
  const sample = (): Program[] => fc.sample(programs(4, 30), { seed: 7, numRuns: 20 });
  expect(sample()).toEqual(sample());
});

test('smaller programs are never larger, and there is an end to them', () => {
  check(
    fc.property(programs(3, 12), fc.infiniteStream(fc.nat()), (program, rolls) => {
      let at = program;
      for (let steps = 0; ; steps++) {
        const smaller = [...smallerPrograms(at)];
        expect(smaller.every((other) => sizeOf(other) <= sizeOf(at))).toBe(true);
        expect(smaller).not.toContainEqual(at);
        const next = smaller[(rolls.next().value ?? 0) % Math.max(1, smaller.length)];
        if (next === undefined) break;
        at = next;
        expect(steps).toBeLessThan(100);
      }
      expect(sizeOf(at)).toBe(0);
    }),
    50,
  );
});
