import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyValue, type KeyValueInput, type KeyValueOutput } from '../../driver/key-value.ts';
import { checkLinearizability } from '../../driver/linearizability.ts';
import type { Operation } from '../../driver/operation.ts';
import { register, type RegisterInput, type RegisterOutput } from '../../driver/register.ts';
import { check } from '../property.ts';

type Op = Operation<RegisterInput, RegisterOutput>;

const unlimited = { isTimeUp: () => false };

/** `0 write 1 5`: client, what it does, call and return; `?` for a return that never comes. */
function history(...lines: readonly string[]): Op[] {
  return lines.map((line, index) => {
    const [client = '', what = '', value = '', call, returned] = line.split(' ');
    const input: RegisterInput =
      what === 'write' ? { type: 'write', value: Number(value) } : { type: 'read' };
    const output: RegisterOutput =
      what === 'write'
        ? { type: 'written' }
        : { type: 'read', value: value === 'nil' ? null : Number(value) };
    const about = { client: `${client}${index}`, input, call: Number(call) };
    return returned === '?' ? about : { ...about, return: Number(returned), output };
  });
}

describe('a register', () => {
  test.each<[string, boolean, Op[]]>([
    ['read before any write is nil', true, history('a read nil 0 1')],
    ['read what nobody wrote', false, history('a read 1 0 1')],
    ['read what was written', true, history('a write 1 0 1', 'b read 1 2 3')],
    ['read an old value', false, history('a write 1 0 1', 'b write 2 2 3', 'c read 1 4 5')],
    [
      'read either while a write goes on',
      true,
      history('a write 1 0 9', 'b read nil 1 2', 'c read 1 3 4'),
    ],
    [
      'read a new value and then the old',
      false,
      history('a write 1 0 9', 'b read 1 1 2', 'c read nil 3 4'),
    ],
    ['touch at one moment and be concurrent', true, history('a write 1 0 3', 'b read nil 3 4')],
    ['see a pending write', true, history('a write 1 0 ?', 'b read nil 1 2', 'c read 1 3 4')],
    ['not see a pending write before its call', false, history('a read 1 0 1', 'b write 1 2 ?')],
    ['wait for nobody: only pending', true, history('a write 1 0 ?', 'b read 1 1 ?')],
    ['be empty', true, []],
  ])('may or may not %s', (_what, valid, operations) => {
    const { is } = checkLinearizability(register, operations, unlimited);
    expect(is).toBe(valid ? 'linearizable' : 'not linearizable');
  });

  test('is judged as trying every order judges it', () => {
    check(
      fc.property(anyHistory, (operations) => {
        const { is } = checkLinearizability(register, operations, unlimited);
        expect(is).toBe(hasOrder(operations) ? 'linearizable' : 'not linearizable');
      }),
      2_000,
    );
  });

  test('has an order where it is linearizable, and the prefix of one where not', () => {
    check(
      fc.property(anyHistory, (operations) => {
        const verdict = checkLinearizability(register, operations, unlimited);
        if (verdict.is === 'unknown') throw new Error('nothing limits it');
        const [found] = verdict.is === 'linearizable' ? verdict.found : [verdict.found];
        const { linearized = [], stuck } = found ?? {};
        let state = register.initial;
        for (const [index, { input, output, call }] of linearized.entries()) {
          const next = register.step(state, input, output);
          expect(next).not.toBe(undefined);
          state = next ?? null;
          expect(linearized.slice(index).every((later) => (later.return ?? Infinity) >= call)).toBe(
            true,
          );
        }
        // All that returned before the stuck one is explained.
        const returned = operations.filter(
          (at) => (at.return ?? Infinity) < (stuck?.return ?? Infinity),
        );
        expect(returned.filter((operation) => !linearized.includes(operation))).toEqual([]);
      }),
    );
  });

  test('says what was possible where it could not go on', () => {
    const verdict = checkLinearizability(
      register,
      history('a write 1 0 1', 'b write 2 2 3', 'c read 1 4 5'),
      unlimited,
    );
    expect(verdict).toMatchObject({
      is: 'not linearizable',
      found: {
        stuck: { client: 'c2' },
        statesTried: [2],
        linearized: [{ client: 'a0' }, { client: 'b1' }],
      },
    });
  });
});

test('a long history is checked in an instant, in little memory', () => {
  const rounds = Array.from({ length: 20_000 }, (_, at) => [
    `a write ${at} ${at * 10} ${at * 10 + 3}`,
    `b read ${at} ${at * 10 + 1} ${at * 10 + 5}`,
  ]).flat();
  const { is } = checkLinearizability(register, history('p write 7 0 ?', ...rounds), {
    ...unlimited,
    maxBytes: 64 * 1024 * 1024,
  });
  expect(is).toBe('linearizable');
});

describe('limits', () => {
  /** So many writes at once, then a read of what none wrote: every subset is tried. */
  const hard = (count: number, key: string): Operation<KeyValueInput, KeyValueOutput>[] => [
    ...Array.from({ length: count }, (_, index) => ({
      client: `${key}${index}`,
      input: { type: 'append', key, value: `${index},` } as const,
      call: 0,
      return: 10,
      output: {},
    })),
    {
      client: `${key}r`,
      input: { type: 'get', key },
      call: 11,
      return: 12,
      output: { value: 'x' },
    },
  ];

  test('of time make the answer unknown', () => {
    let asked = 0;
    const verdict = checkLinearizability(keyValue, hard(14, 'k'), { isTimeUp: () => ++asked > 3 });
    expect(verdict).toEqual({ is: 'unknown', limit: 'time' });
  });

  test('of memory make the answer unknown', () => {
    const verdict = checkLinearizability(keyValue, hard(14, 'k'), {
      ...unlimited,
      maxBytes: 100_000,
    });
    expect(verdict).toEqual({ is: 'unknown', limit: 'memory' });
  });

  test('do not hide a fault in another partition', () => {
    let asked = 0;
    const wrong = {
      client: 'w',
      input: { type: 'get', key: 'w' },
      call: 0,
      return: 1,
      output: { value: 'x' },
    } as const;
    const verdict = checkLinearizability(keyValue, [...hard(14, 'k'), wrong], {
      isTimeUp: () => ++asked > 3,
    });
    expect(verdict).toMatchObject({ is: 'not linearizable', found: { operations: [wrong] } });
  });
});

const value = fc.integer({ min: 0, max: 2 });

const anyOperation = fc.oneof(
  fc.record({
    input: fc.constant({ type: 'read' as const }),
    output: fc.record({ type: fc.constant('read' as const), value: fc.option(value) }),
  }),
  fc.record({
    input: fc.record({ type: fc.constant('write' as const), value }),
    output: fc.constant({ type: 'written' as const }),
  }),
  fc.record({
    input: fc.record({ type: fc.constant('cas' as const), from: value, to: value }),
    output: fc.record({ type: fc.constant('cas' as const), done: fc.boolean() }),
  }),
);

/** At most 6 operations, with ties; one in five never returns. */
const anyHistory: fc.Arbitrary<Op[]> = fc
  .array(fc.tuple(anyOperation, fc.nat(12), fc.integer({ min: 0, max: 9 }), fc.nat(4)), {
    maxLength: 6,
  })
  .map((list) =>
    list.map(([{ input, output }, call, length, roll], index): Op => {
      const about = { client: `${index}`, input, call };
      return roll === 0 ? about : { ...about, return: call + length, output };
    }),
  );

/** The definition, tried out: some order of the completed and some of the pending operations is valid. */
function hasOrder(left: readonly Op[], state = register.initial): boolean {
  if (left.every((operation) => operation.return === undefined)) return true;
  const firstReturn = Math.min(...left.map((operation) => operation.return ?? Infinity));
  return left.some((operation) => {
    if (operation.call > firstReturn) return false;
    const next = register.step(state, operation.input, operation.output);
    return (
      next !== undefined &&
      hasOrder(
        left.filter((other) => other !== operation),
        next,
      )
    );
  });
}
