import { isDeepStrictEqual } from 'node:util';
import { Refusal } from '../refusal.ts';
import type { Event, Pet } from './events.ts';

/**
 * The store as its events have left it. A pet is in at most one basket, and
 * every pet in a basket is in `pets`.
 */
export interface State {
  /** Every pet of the store, in the order they came. */
  readonly pets: Map<string, Pet>;
  /** Who holds a pet in his basket. */
  readonly holders: Map<string, string>;
  /** The pets' names in the basket of everyone who is logged in, in the order they were added. */
  readonly baskets: Map<string, Set<string>>;
}

export type Command =
  | { readonly type: 'AddPet'; readonly pet: Pet }
  | { readonly type: 'RemovePet'; readonly name: string }
  | { readonly type: 'LogIn' | 'LogOut' | 'CheckOut'; readonly user: string }
  | {
      readonly type: 'AddToBasket' | 'RemoveFromBasket';
      readonly user: string;
      readonly name: string;
    }
  | { readonly type: 'Reset' };

export function emptyState(): State {
  return { pets: new Map(), holders: new Map(), baskets: new Map() };
}

/**
 * The event by which `command` is accepted in `state`, or a Refusal. Changes
 * nothing. Logging in twice gives the event again: `evolve` makes nothing of
 * it. A pet in anybody's basket is not for sale: it can neither be taken nor
 * removed. An empty basket checks out for the amount 0.
 */
export function decide(command: Command, state: State): Event | Refusal {
  switch (command.type) {
    case 'AddPet':
      return state.pets.has(command.pet.name)
        ? new Refusal(
            'PetAlreadyAdded',
            409,
            `a pet of the name ${command.pet.name} is here already`,
          )
        : { type: 'PetAdded', pet: command.pet };
    case 'RemovePet':
      return isForSale(command.name, state)
        ? { type: 'PetRemoved', name: command.name }
        : notForSale(command.name);
    case 'LogIn':
      return { type: 'UserLoggedIn', user: command.user };
    case 'Reset':
      return { type: 'Reset' };
    default: {
      const basket = state.baskets.get(command.user);
      return basket === undefined
        ? notLoggedIn(command.user)
        : decideOfUser(command, basket, state);
    }
  }
}

/** Applies `event` to `state`, which is used up, and gives the state after it: a step for `reduce`. */
export function evolve(state: State, event: Event): State {
  const { pets, holders, baskets } = state;
  switch (event.type) {
    case 'PetAdded':
      pets.set(event.pet.name, event.pet);
      break;
    case 'PetRemoved':
      pets.delete(event.name);
      break;
    case 'UserLoggedIn':
      if (!baskets.has(event.user)) baskets.set(event.user, new Set());
      break;
    case 'UserLoggedOut':
      for (const name of baskets.get(event.user) ?? []) holders.delete(name);
      baskets.delete(event.user);
      break;
    case 'AddedToBasket':
      holders.set(event.name, event.user);
      baskets.get(event.user)?.add(event.name);
      break;
    case 'RemovedFromBasket':
      holders.delete(event.name);
      baskets.get(event.user)?.delete(event.name);
      break;
    case 'CheckedOutBasket':
      for (const { name } of event.pets) {
        pets.delete(name);
        holders.delete(name);
      }
      baskets.get(event.user)?.clear();
      break;
    case 'Reset':
      return emptyState();
  }
  return state;
}

/** The same for an event that was kept; throws where it cannot have happened in `state`. */
export function replay(state: State, event: Event): State {
  const again = decide(commandOf(event), state);
  if (again instanceof Refusal) throw again;
  if (again.type === 'CheckedOutBasket' && !isDeepStrictEqual(again, event)) {
    throw new Error(`the basket held other pets: ${JSON.stringify(again)}`);
  }
  return evolve(state, event);
}

/** What somebody may put into a basket now, in the order it came. */
export function petsForSale(state: State): Pet[] {
  return [...state.pets.values()].filter(({ name }) => !state.holders.has(name));
}

/** A user's basket in the order it was filled, or a Refusal. */
export function petsInBasket(user: string, state: State): Pet[] | Refusal {
  const basket = state.baskets.get(user);
  return basket === undefined ? notLoggedIn(user) : petsOf(basket, state);
}

function decideOfUser(
  command: Extract<Command, { user: string }>,
  basket: ReadonlySet<string>,
  state: State,
): Event | Refusal {
  const { user } = command;
  switch (command.type) {
    case 'AddToBasket':
      return isForSale(command.name, state)
        ? { type: 'AddedToBasket', user, name: command.name }
        : notForSale(command.name);
    case 'RemoveFromBasket':
      return basket.has(command.name)
        ? { type: 'RemovedFromBasket', user, name: command.name }
        : new Refusal('PetNotInBasket', 404, `${command.name} is not in the basket of ${user}`);
    case 'CheckOut': {
      const pets = petsOf(basket, state);
      const amount = pets.reduce((sum, { price }) => sum + price, 0);
      return { type: 'CheckedOutBasket', user, pets, amount };
    }
    case 'LogIn':
      return { type: 'UserLoggedIn', user };
    case 'LogOut':
      return { type: 'UserLoggedOut', user };
  }
}

function commandOf(event: Event): Command {
  switch (event.type) {
    case 'PetAdded':
      return { type: 'AddPet', pet: event.pet };
    case 'PetRemoved':
      return { type: 'RemovePet', name: event.name };
    case 'UserLoggedIn':
      return { type: 'LogIn', user: event.user };
    case 'UserLoggedOut':
      return { type: 'LogOut', user: event.user };
    case 'AddedToBasket':
      return { type: 'AddToBasket', user: event.user, name: event.name };
    case 'RemovedFromBasket':
      return { type: 'RemoveFromBasket', user: event.user, name: event.name };
    case 'CheckedOutBasket':
      return { type: 'CheckOut', user: event.user };
    case 'Reset':
      return event;
  }
}

const isForSale = (name: string, { pets, holders }: State): boolean =>
  pets.has(name) && !holders.has(name);

const petsOf = (basket: ReadonlySet<string>, { pets }: State): Pet[] =>
  [...basket].flatMap((name) => pets.get(name) ?? []);

const notForSale = (name: string): Refusal =>
  new Refusal('PetDoesNotExist', 404, `no pet of the name ${name} is for sale`);

const notLoggedIn = (user: string): Refusal =>
  new Refusal('UserNotLoggedIn', 403, `${user} is not logged in; PUT /users/:user does that`);
