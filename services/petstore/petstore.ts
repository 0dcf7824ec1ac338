import { maskedText } from '../../instrumentation/mask.ts';
import { span } from '../../instrumentation/span.ts';
import type { Charge } from '../charge.ts';
import { type Circuit, unavailable } from '../circuit.ts';
import type { Logger } from '../logger.ts';
import { Refusal } from '../refusal.ts';
import type { Event, Pet } from './events.ts';
import type { Pay } from './payment-client.ts';
import { type Command, decide, evolve, petsForSale, petsInBasket, type State } from './state.ts';
import { Turns } from './turns.ts';

/** Commands of one user that may be waiting for his checkout. */
const MAX_WAITING = 256;

interface Parts {
  /** The state to go on from; nobody else may hold it. */
  readonly state: State;
  /** Keeps an event before anyone hears of it; throws where it cannot. */
  readonly append: (event: Event) => void;
  readonly pay: Pay;
  readonly circuit: Circuit;
  readonly log: Logger;
}

/**
 * The store's commands and questions. It is linearizable: a command decides,
 * keeps its event and takes effect in one step between its call and its answer.
 * Only a checkout waits in between, for Payment, with what it checks out held
 * fast: later commands of the same user, and a reset, take effect after it.
 * Every command gives its event, or throws a Refusal and has no effect.
 */
export class PetStore {
  #state: State;
  readonly #parts: Omit<Parts, 'state'>;
  readonly #turns = new Turns();

  constructor({ state, ...parts }: Parts) {
    this.#state = state;
    this.#parts = parts;
  }

  pets(): Pet[] {
    return petsForSale(this.#state);
  }

  basket(user: string): Pet[] {
    return accepted(petsInBasket(user, this.#state));
  }

  addPet(pet: Pet): Event {
    return this.#do({ type: 'AddPet', pet });
  }

  removePet(name: string): Event {
    return this.#do({ type: 'RemovePet', name });
  }

  logIn(user: string): Promise<Event> {
    return this.#inTurn(user, () => this.#do({ type: 'LogIn', user }));
  }

  logOut(user: string): Promise<Event> {
    return this.#inTurn(user, () => this.#do({ type: 'LogOut', user }));
  }

  addToBasket(user: string, name: string): Promise<Event> {
    const about = { user: maskedText(user), pet: maskedText(name) };
    return span('reserve', { 'user.name': about.user, 'one_log.pet': about.pet }, () =>
      this.#inTurn(user, () => {
        this.#parts.log.step('reserving pet', about);
        return this.#do({ type: 'AddToBasket', user, name });
      }),
    );
  }

  removeFromBasket(user: string, name: string): Promise<Event> {
    return this.#inTurn(user, () => this.#do({ type: 'RemoveFromBasket', user, name }));
  }

  /** Pays for the basket and empties it. Where nothing is to be paid, Payment is not asked. */
  checkOut(user: string, card: Charge['card']): Promise<Event> {
    const { circuit, log, pay } = this.#parts;
    return span('checkout', { 'user.name': maskedText(user) }, async (active) => {
      log.step('checking out', { user: maskedText(user) });
      circuit.pass();
      return this.#inTurn(user, async () => {
        circuit.pass(); // it may have broken while this one waited
        const event = this.#price(user);
        active.setAttribute('one_log.amount', event.amount);
        if (event.amount > 0) {
          log.step('asking payment', { user: maskedText(user), amount: event.amount });
          await pay({ card, amount: event.amount });
          log.info('payment accepted', { user: maskedText(user), amount: event.amount });
        }
        return this.#keep(event);
      });
    });
  }

  /** Forgets everything. */
  reset(): Promise<Event> {
    return this.#turns.takeAlone(() => this.#do({ type: 'Reset' }));
  }

  #price(user: string) {
    return span('price basket', {}, (active) => {
      this.#parts.log.step('pricing basket', { user: maskedText(user) });
      const event = accepted(decide({ type: 'CheckOut', user }, this.#state));
      if (event.type !== 'CheckedOutBasket') throw new TypeError(`CheckOut gave ${event.type}`);
      active.setAttribute('one_log.amount', event.amount);
      this.#parts.log.info('basket priced', {
        user: maskedText(user),
        pets: event.pets.length,
        amount: event.amount,
      });
      return event;
    });
  }

  async #inTurn<T>(user: string, work: () => T | Promise<T>): Promise<T> {
    if (this.#turns.waiting(user) >= MAX_WAITING) {
      throw unavailable(503, `${MAX_WAITING} commands of ${user} are waiting for Payment already`);
    }
    return this.#turns.take(user, work);
  }

  #do(command: Command): Event {
    return this.#keep(accepted(decide(command, this.#state)));
  }

  #keep(event: Event): Event {
    this.#parts.append(event);
    this.#state = evolve(this.#state, event);
    this.#parts.log.info(SENTENCE[event.type], about(event));
    return event;
  }
}

const SENTENCE: Record<Event['type'], string> = {
  PetAdded: 'pet added',
  PetRemoved: 'pet removed',
  UserLoggedIn: 'user logged in',
  UserLoggedOut: 'user logged out',
  AddedToBasket: 'added to basket',
  RemovedFromBasket: 'removed from basket',
  CheckedOutBasket: 'basket checked out',
  Reset: 'store reset',
};

function about(event: Event): Record<string, unknown> {
  return {
    ...('user' in event && { user: maskedText(event.user) }),
    ...('name' in event && { pet: maskedText(event.name) }),
    ...('pet' in event && { ...event.pet, name: undefined, pet: maskedText(event.pet.name) }),
    ...('pets' in event && {
      pets: event.pets.map(({ name }) => maskedText(name)),
      amount: event.amount,
    }),
  };
}

function accepted<T>(result: T | Refusal): T {
  if (result instanceof Refusal) throw result;
  return result;
}
