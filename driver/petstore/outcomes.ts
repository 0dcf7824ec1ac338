import type { Answer, CardKind, Command, Pet } from './command.ts';

/** A store of pets; never changed in place. */
export interface State {
  /** In the order they came. */
  readonly pets: ReadonlyMap<string, Pet>;
  /** In whose basket a pet is. */
  readonly holders: ReadonlyMap<string, string>;
  /** Who is logged in. */
  readonly users: ReadonlySet<string>;
}

/** One way that a command may go. */
export interface Outcome {
  readonly answer: Answer;
  /** The very state before it, where nothing changes. */
  readonly state: State;
}

/**
 * All that `command` may come to in `state`, the usual outcome first, as
 * PetStore's API describes itself. Payment may refuse any card by chance, and
 * be out of reach of any checkout; neither has an effect.
 */
export function outcomes(state: State, command: Command): readonly Outcome[] {
  switch (command.type) {
    case 'Add':
      return [add(state, command.pet)];
    case 'Remove':
      return [remove(state, command.name)];
    case 'ListPets':
      return [{ answer: { status: 200, type: 'Pets', pets: petsForSale(state) }, state }];
    case 'UserLogin':
      return [logIn(state, command.user)];
    case 'UserLogout':
      return [ofUser(state, command.user, logOut)];
    case 'GetUserBasket':
      return [ofUser(state, command.user, getBasket)];
    case 'AddToBasket':
      return [ofUser(state, command.user, (user) => addToBasket(state, user, command.name))];
    case 'RemoveFromBasket':
      return [ofUser(state, command.user, (user) => removeFromBasket(state, user, command.name))];
    case 'CheckoutBasket':
      return checkOut(state, command.user, command.card);
  }
}

function add(state: State, pet: Pet): Outcome {
  if (state.pets.has(pet.name)) return refused(state, 409, 'PetAlreadyAdded');
  const pets = new Map(state.pets).set(pet.name, pet);
  return { answer: { status: 201, type: 'PetAdded', pet }, state: { ...state, pets } };
}

function remove(state: State, name: string): Outcome {
  if (!isForSale(state, name)) return refused(state, 404, 'PetDoesNotExist');
  const pets = without(state.pets, [name]);
  return { answer: { status: 200, type: 'PetRemoved', name }, state: { ...state, pets } };
}

function logIn(state: State, user: string): Outcome {
  const answer = { status: 200, type: 'UserLoggedIn', user };
  if (state.users.has(user)) return { answer, state };
  return { answer, state: { ...state, users: new Set(state.users).add(user) } };
}

function ofUser(
  state: State,
  user: string,
  outcome: (user: string, state: State) => Outcome,
): Outcome {
  return state.users.has(user) ? outcome(user, state) : refused(state, 403, 'UserNotLoggedIn');
}

function logOut(user: string, state: State): Outcome {
  const users = new Set(state.users);
  users.delete(user);
  const holders = without(state.holders, namesOf(basketOf(state, user)));
  return {
    answer: { status: 200, type: 'UserLoggedOut', user },
    state: { ...state, users, holders },
  };
}

function getBasket(user: string, state: State): Outcome {
  return { answer: { status: 200, type: 'UserBasket', user, pets: basketOf(state, user) }, state };
}

function addToBasket(state: State, user: string, name: string): Outcome {
  if (!isForSale(state, name)) return refused(state, 404, 'PetDoesNotExist');
  const holders = new Map(state.holders).set(name, user);
  return {
    answer: { status: 201, type: 'AddedToBasket', user, name },
    state: { ...state, holders },
  };
}

function removeFromBasket(state: State, user: string, name: string): Outcome {
  if (state.holders.get(name) !== user) return refused(state, 404, 'PetNotInBasket');
  return {
    answer: { status: 200, type: 'RemovedFromBasket', user, name },
    state: { ...state, holders: without(state.holders, [name]) },
  };
}

/** Where nothing is to be paid, Payment is not asked, and any card will do. */
function checkOut(state: State, user: string, card: CardKind): readonly Outcome[] {
  if (card === 'invalid') return [refused(state, 400, 'InvalidRequest')];
  const unavailable = [503, 504].map((status) => refused(state, status, 'PaymentUnavailable'));
  if (!state.users.has(user)) return [refused(state, 403, 'UserNotLoggedIn'), ...unavailable];
  const pets = basketOf(state, user);
  const amount = pets.reduce((sum, { price }) => sum + price, 0);
  const paid = {
    answer: { status: 200, type: 'CheckedOutBasket', user, pets, amount },
    state:
      pets.length === 0
        ? state
        : {
            ...state,
            pets: without(state.pets, namesOf(pets)),
            holders: without(state.holders, namesOf(pets)),
          },
  };
  if (amount === 0) return [paid, ...unavailable];
  const declined = refused(state, 402, 'InvalidPayment');
  return [...(card === 'valid' ? [paid] : []), declined, ...unavailable];
}

const refused = (state: State, status: number, reason: string): Outcome => ({
  answer: { status, type: 'Error', reason },
  state,
});

const isForSale = ({ pets, holders }: State, name: string): boolean =>
  pets.has(name) && !holders.has(name);

const petsForSale = ({ pets, holders }: State): Pet[] =>
  [...pets.values()].filter(({ name }) => !holders.has(name));

const basketOf = ({ pets, holders }: State, user: string): Pet[] =>
  [...pets.values()].filter(({ name }) => holders.get(name) === user);

const namesOf = (pets: readonly Pet[]): string[] => pets.map(({ name }) => name);

function without<T>(map: ReadonlyMap<string, T>, names: readonly string[]): ReadonlyMap<string, T> {
  const rest = new Map(map);
  for (const name of names) rest.delete(name);
  return rest;
}
