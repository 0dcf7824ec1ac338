import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../services/petstore/events.ts';
import {
  type Command,
  decide,
  emptyState,
  evolve,
  petsForSale,
  petsInBasket,
  replay,
  type State,
} from '../../services/petstore/state.ts';
import { Refusal } from '../../services/refusal.ts';

const rex = { name: 'Rex', species: 'Dog', price: 4200 } as const;
const tweety = { name: 'Tweety', species: 'Canary', price: 900 } as const;

/** The state after `commands`, and what came of the last one. */
function after(...commands: Command[]): { state: State; last: Event | Refusal | undefined } {
  let state = emptyState();
  let last: Event | Refusal | undefined;
  for (const command of commands) {
    last = decide(command, state);
    if (!(last instanceof Refusal)) state = evolve(state, last);
  }
  return { state, last };
}

const add: Command = { type: 'AddPet', pet: rex };
const logIn = (user: string): Command => ({ type: 'LogIn', user });
const take = (user: string, name = 'Rex'): Command => ({ type: 'AddToBasket', user, name });
const checkOut = (user: string): Command => ({ type: 'CheckOut', user });

describe('the store refuses', () => {
  test.each<[string, string, Command[]]>([
    ['PetAlreadyAdded', 'a name that is there', [add, add]],
    ['PetAlreadyAdded', 'a name that is in a basket', [add, logIn('ada'), take('ada'), add]],
    ['PetDoesNotExist', 'to remove nothing', [{ type: 'RemovePet', name: 'Rex' }]],
    [
      'PetDoesNotExist',
      'to remove what is in a basket',
      [add, logIn('ada'), take('ada'), { type: 'RemovePet', name: 'Rex' }],
    ],
    ['PetDoesNotExist', 'a pet nobody added', [logIn('ada'), take('ada')]],
    ['PetDoesNotExist', 'a pet of my basket', [add, logIn('ada'), take('ada'), take('ada')]],
    [
      'PetDoesNotExist',
      "a pet of another's basket",
      [add, logIn('ada'), logIn('bob'), take('ada'), take('bob')],
    ],
    [
      'PetDoesNotExist',
      'a pet that was sold',
      [add, logIn('ada'), take('ada'), checkOut('ada'), take('ada')],
    ],
    ['UserNotLoggedIn', 'a basket of nobody', [add, take('ada')]],
    ['UserNotLoggedIn', 'to check out nobody', [checkOut('ada')]],
    [
      'UserNotLoggedIn',
      'to log out twice',
      [logIn('ada'), { type: 'LogOut', user: 'ada' }, { type: 'LogOut', user: 'ada' }],
    ],
    [
      'PetNotInBasket',
      'to put back what I have not',
      [add, logIn('ada'), { type: 'RemoveFromBasket', user: 'ada', name: 'Rex' }],
    ],
  ])('with %s %s', (reason, _what, commands) => {
    expect(after(...commands).last).toMatchObject({ reason });
  });
});

describe('the store', () => {
  test('sells a basket for the sum of its prices', () => {
    const { state, last } = after(
      add,
      { type: 'AddPet', pet: tweety },
      logIn('ada'),
      take('ada', 'Tweety'),
      take('ada'),
      checkOut('ada'),
    );
    expect(last).toEqual({
      type: 'CheckedOutBasket',
      user: 'ada',
      pets: [tweety, rex],
      amount: 5100,
    });
    expect(petsForSale(state)).toEqual([]);
    expect(petsInBasket('ada', state)).toEqual([]);
  });

  test('takes the basket back when its user logs out', () => {
    const { state } = after(add, logIn('ada'), take('ada'), { type: 'LogOut', user: 'ada' });
    expect(petsForSale(state)).toEqual([rex]);
  });

  test('keeps the basket of who logs in again', () => {
    const { state } = after(add, logIn('ada'), take('ada'), logIn('ada'));
    expect(petsInBasket('ada', state)).toEqual([rex]);
  });

  const name = fc.constantFrom('Rex', 'Tweety', '__proto__', '');
  const user = fc.constantFrom('ada', 'bob', 'constructor');
  const command: fc.Arbitrary<Command> = fc.oneof(
    fc.record({
      type: fc.constant('AddPet' as const),
      pet: fc.record({ name, species: fc.constant('Cat' as const), price: fc.nat() }),
    }),
    fc.record({ type: fc.constant('RemovePet' as const), name }),
    fc.record({
      type: fc.constantFrom('LogIn' as const, 'LogOut' as const, 'CheckOut' as const),
      user,
    }),
    fc.record({
      type: fc.constantFrom('AddToBasket' as const, 'RemoveFromBasket' as const),
      user,
      name,
    }),
    fc.constant({ type: 'Reset' as const }),
  );

  test('never has a pet in two places, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const { state } = after(...commands);
        const held = [...state.baskets.values()].flatMap((basket) => [...basket]);
        expect(new Set(held).size).toBe(held.length);
        expect([...state.holders.keys()].sort()).toEqual(held.sort());
        for (const [name, holder] of state.holders) {
          expect(state.baskets.get(holder)?.has(name)).toBe(true);
          expect(state.pets.has(name)).toBe(true);
        }
      }),
    );
  });

  test('comes back the same from its events', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        let state = emptyState();
        const events: Event[] = [];
        for (const command of commands) {
          const event = decide(command, state);
          if (event instanceof Refusal) continue;
          events.push(event);
          state = evolve(state, event);
        }
        expect(events.reduce(replay, emptyState())).toEqual(state);
      }),
    );
  });

  test('does not replay what cannot have happened', () => {
    expect(() => replay(emptyState(), { type: 'UserLoggedOut', user: 'ada' })).toThrow(
      'ada is not logged in',
    );
    const { state } = after(add, logIn('ada'), take('ada'));
    const forged = { type: 'CheckedOutBasket', user: 'ada', pets: [], amount: 0 } as const;
    expect(() => replay(state, { ...forged, pets: [...forged.pets] })).toThrow('other pets');
  });
});
