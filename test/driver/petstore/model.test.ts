import { describe, expect, test } from 'vitest';
import type { Answer, Command } from '../../../driver/petstore/command.ts';
import { petStore } from '../../../driver/petstore/model.ts';

const rex = { name: 'Rex', species: 'Dog', price: 4200 } as const;
const tom = { name: 'Tom', species: 'Cat', price: 100 } as const;
const gift = { name: 'Gift', species: 'Fish', price: 0 } as const;
const add = (pet: typeof rex | typeof tom | typeof gift): Command => ({ type: 'Add', pet });
const login: Command = { type: 'UserLogin', user: 'ann' };
const take = (name: string, user = 'ann'): Command => ({ type: 'AddToBasket', user, name });
const pay = (card: 'valid' | 'expired' | 'refused' | 'invalid'): Command => ({
  type: 'CheckoutBasket',
  user: 'ann',
  card,
});
const list: Command = { type: 'ListPets' };
const basket: Command = { type: 'GetUserBasket', user: 'ann' };

/** The state after commands that went as usual. */
function after(...commands: readonly Command[]) {
  let state = petStore.initial;
  for (const command of commands) state = petStore.step(state, command, undefined) ?? state;
  return state;
}

const no = (status: number, reason: string): Answer => ({ status, type: 'Error', reason });
const pets = (...shown: readonly object[]): Answer => ({ status: 200, type: 'Pets', pets: shown });

describe('PetStore may answer', () => {
  test.each<[string, readonly Command[], Command, Answer, boolean]>([
    [
      'with the pets for sale, in the order they came',
      [add(rex), add(tom)],
      list,
      pets(rex, tom),
      true,
    ],
    ['not in another', [add(rex), add(tom)], list, pets(tom, rex), false],
    ['not with pets in a basket', [add(rex), login, take('Rex')], list, pets(rex), false],
    ['with more than it promised', [], list, { ...pets(), page: 1 }, true],
    ['not with less', [], list, { status: 200, type: 'Pets' }, false],
    [
      'not to an add of what is there',
      [add(rex)],
      add(rex),
      { status: 201, type: 'PetAdded', pet: rex },
      false,
    ],
    [
      'no to an add of what is in a basket',
      [add(rex), login, take('Rex')],
      add(rex),
      no(409, 'PetAlreadyAdded'),
      true,
    ],
    ['no to who is not logged in', [add(rex)], take('Rex'), no(403, 'UserNotLoggedIn'), true],
    [
      'no to who takes what another has',
      [add(rex), login, { type: 'UserLogin', user: 'bob' }, take('Rex', 'bob')],
      take('Rex'),
      no(404, 'PetDoesNotExist'),
      true,
    ],
    [
      'with a basket in any order',
      [add(rex), add(tom), login, take('Rex'), take('Tom')],
      basket,
      { status: 200, type: 'UserBasket', user: 'ann', pets: [tom, rex] },
      true,
    ],
    [
      'not with the basket of before the logout',
      [add(rex), login, take('Rex'), { type: 'UserLogout', user: 'ann' }, login],
      basket,
      { status: 200, type: 'UserBasket', user: 'ann', pets: [rex] },
      false,
    ],
    [
      'that it is paid',
      [add(rex), login, take('Rex')],
      pay('valid'),
      { status: 200, type: 'CheckedOutBasket', user: 'ann', pets: [rex], amount: 4200 },
      true,
    ],
    [
      'not for another amount',
      [add(rex), login, take('Rex')],
      pay('valid'),
      { status: 200, type: 'CheckedOutBasket', user: 'ann', pets: [rex], amount: 4300 },
      false,
    ],
    [
      'that a good card is declined',
      [add(rex), login, take('Rex')],
      pay('valid'),
      no(402, 'InvalidPayment'),
      true,
    ],
    [
      'not that an expired one is accepted',
      [add(rex), login, take('Rex')],
      pay('expired'),
      { status: 200, type: 'CheckedOutBasket', user: 'ann', pets: [rex], amount: 4200 },
      false,
    ],
    [
      'that any card pays for nothing',
      [login, add(gift), take('Gift')],
      pay('refused'),
      { status: 200, type: 'CheckedOutBasket', user: 'ann', pets: [gift], amount: 0 },
      true,
    ],
    ['not that nothing is declined', [login], pay('refused'), no(402, 'InvalidPayment'), false],
    ['that Payment is away', [login], pay('valid'), no(503, 'PaymentUnavailable'), true],
    ['that a malformed card is none', [], pay('invalid'), no(400, 'InvalidRequest'), true],
    ['not that something went wrong', [], list, no(500, 'InternalError'), false],
  ])('%s', (_what, commands, command, answer, possible) => {
    expect(petStore.step(after(...commands), command, answer) !== undefined).toBe(possible);
  });
});

test('a refusal leaves the state as it is', () => {
  const state = after(add(rex), login, take('Rex'));
  expect(petStore.step(state, pay('valid'), no(402, 'InvalidPayment'))).toBe(state);
  expect(petStore.isRead(pay('valid'), no(402, 'InvalidPayment'))).toBe(true);
});

test('states are equal by what is in them, not by the order of their making', () => {
  const logins: Command[] = [login, { type: 'UserLogin', user: 'bob' }];
  expect(petStore.key(after(...logins))).toBe(petStore.key(after(...logins.toReversed())));
  expect(petStore.key(after(add(rex)))).not.toBe(petStore.key(after(add(tom))));
});

test('a checkout that nobody answered may have emptied the basket', () => {
  const state = petStore.step(after(add(rex), login, take('Rex')), pay('valid'), undefined);
  expect(state?.pets.size).toBe(0);
  expect(petStore.step(after(login), pay('valid'), undefined)).toBe(undefined);
});
