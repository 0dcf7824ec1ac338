import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Charge } from '../../../services/charge.ts';
import { Circuit } from '../../../services/circuit.ts';
import type { Event, Pet } from '../../../services/petstore/events.ts';
import { PetStore } from '../../../services/petstore/petstore.ts';
import { emptyState, evolve, type State } from '../../../services/petstore/state.ts';
import { Refusal } from '../../../services/refusal.ts';
import { recordingLogger } from '../../services/recording-logger.ts';

/** Makes the store that is to serve now, from all that has happened. Asked again at each restart. */
export type MakeStore = (happened: Event[]) => PetStore;

type Parts = ConstructorParameters<typeof PetStore>[0];

/** The true store. */
export const trueStore: MakeStore = (happened) => new PetStore(partsOf(happened, happened));

/** Stores with one fault each: somebody's plausible mistake. */
export const MUTANTS: Readonly<Record<string, MakeStore>> = {
  'sells one pet twice in a race': mutant(
    (state) =>
      class extends PetStore {
        override async addToBasket(user: string, name: string): Promise<Event> {
          const isForSale = this.pets().some((pet) => pet.name === name);
          await setImmediate();
          const basket = state.baskets.get(user);
          if (!isForSale || basket === undefined) return super.addToBasket(user, name);
          state.holders.set(name, user);
          basket.add(name);
          return { type: 'AddedToBasket', user, name };
        }
      },
  ),
  'keeps a basket after the logout': mutant((state) => {
    const kept = new Map<string, readonly string[]>();
    return class extends PetStore {
      override async logOut(user: string): Promise<Event> {
        const names = [...(state.baskets.get(user) ?? [])];
        const event = await super.logOut(user);
        for (const name of names) state.holders.set(name, user);
        kept.set(user, names);
        return event;
      }

      override async logIn(user: string): Promise<Event> {
        const event = await super.logIn(user);
        for (const name of kept.get(user) ?? []) state.baskets.get(user)?.add(name);
        return event;
      }
    };
  }),
  'computes the amount before a removal': mutant(
    () =>
      class extends PetStore {
        override async checkOut(user: string, card: Charge['card']): Promise<Event> {
          const amount = this.basket(user).reduce((sum, { price }) => sum + price, 0);
          await setTimeout(1); // as long as Payment would take
          return { ...(await super.checkOut(user, card)), amount } as Event;
        }
      },
  ),
  'loses the last update on a restart': (happened) =>
    new PetStore(partsOf(happened.slice(0, -1), happened)),
  'lists pets from a cache': mutant(
    () =>
      class extends PetStore {
        #cached: { pets: Pet[]; untilMs: number } | undefined;

        override pets(): Pet[] {
          const nowMs = performance.now();
          if (this.#cached === undefined || this.#cached.untilMs < nowMs) {
            this.#cached = { pets: super.pets(), untilMs: nowMs + 5 };
          }
          return this.#cached.pets;
        }
      },
  ),
};

function mutant(classOf: (state: State) => new (parts: Parts) => PetStore): MakeStore {
  return (happened) => {
    const parts = partsOf(happened, happened);
    return new (classOf(parts.state))(parts);
  };
}

/** A store that begins after `kept` and appends to `happened`. Payment declines every fifth charge and knows no card but by its last digit. */
function partsOf(kept: readonly Event[], happened: Event[]): Parts {
  let charges = 0;
  return {
    state: kept.reduce((state, event) => evolve(state, event), emptyState()),
    append: (event) => void happened.push(event),
    async pay({ card }) {
      await setImmediate();
      const isGood = card.number.endsWith('1') && card.expiry.endsWith('39');
      if (!isGood || ++charges % 5 === 0) throw new Refusal('InvalidPayment', 402, 'declined');
    },
    circuit: new Circuit(),
    log: recordingLogger(),
  };
}
