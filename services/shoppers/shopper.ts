import type { Ask, Reply } from './client.ts';

/** Something to do, and what to say of it. Doing it is one request. */
export interface Action {
  readonly what: string;
  readonly about: Readonly<Record<string, string>>;
  run(): Promise<Reply>;
}

/** Chance, as numbers in [0, 1). */
export type Roll = () => number;

/** Most pets of ours that wait for a buyer, and how many come at a time. */
const MAX_PETS = 40;
const DELIVERY = 4;
const PREFIX = 'demo-';
const PETS = ['Rex', 'Whiskers', 'Tweety', 'Nemo', 'Thumper', 'Bella', 'Milo', 'Coco'];
const SPECIES = ['Cat', 'Dog', 'Canary', 'Fish', 'Rabbit'];

/** Test numbers of the card schemes: the check digit is right, no bank knows them. */
const GOOD_CARDS = ['4111 1111 1111 1111', '5555 5555 5555 4444', '378282246310005'];
const WRONG_CARD = '4111 1111 1111 1112';

/** Keeps the shop stocked: adds a few pets, and takes some away where nobody buys them. Never ends. */
export function* clerk(ask: Ask, roll: Roll): Generator<Action, never, Reply> {
  const act = (what: string, method: string, body?: object, pet?: string): Action => ({
    what,
    about: pet === undefined ? {} : { pet },
    run: () => ask(method, '/pets', body),
  });
  for (;;) {
    const unsold = ours(yield act('clerk looks', 'GET'));
    for (const name of unsold.slice(0, Math.max(0, unsold.length + DELIVERY - MAX_PETS))) {
      yield act('clerk removes', 'DELETE', { name }, name);
    }
    for (let added = 0; added < DELIVERY; added++) {
      const name = `${PREFIX}${pick(PETS, roll)}-${Math.floor(roll() * 1000)}`;
      const pet = { name, species: pick(SPECIES, roll), price: 500 + Math.floor(roll() * 20_000) };
      yield act('clerk adds', 'POST', pet, name);
    }
  }
}

/** A shopper's days: log in, look, fill the basket, think better of it, pay, log out. Never ends. */
export function* shopper(name: string, ask: Ask, roll: Roll): Generator<Action, never, Reply> {
  const user = `${PREFIX}${name}`;
  const home = `/users/${encodeURIComponent(user)}`;
  const act = (
    what: string,
    method: string,
    path: string,
    body?: object,
    pet?: string,
  ): Action => ({
    what,
    about: { user, ...(pet !== undefined && { pet }) },
    run: () => ask(method, path, body),
  });
  for (;;) {
    yield act('logs in', 'PUT', home);
    for (let wishes = 1 + Math.floor(roll() * 3); wishes > 0; wishes--) {
      const wish = pick(ours(yield act('looks around', 'GET', '/pets')), roll);
      if (wish === undefined) continue;
      yield act('takes', 'POST', `${home}/basket`, { name: wish }, wish);
      if (roll() < 0.15) yield act('puts back', 'DELETE', `${home}/basket`, { name: wish }, wish);
    }
    const basket = yield act('looks into the basket', 'GET', `${home}/basket`);
    if ((basket.body.pets?.length ?? 0) > 0 && roll() < 0.9) {
      const paid = yield act('pays', 'PUT', `${home}/basket`, card(roll));
      if (paid.status !== 200) yield act('pays again', 'PUT', `${home}/basket`, card(roll));
    }
    yield act('logs out', 'DELETE', home);
  }
}

/** Pets of ours among those shown; what people add by hand is left to them. */
const ours = ({ body }: Reply): string[] =>
  (body.pets ?? []).map(({ name }) => name).filter((name) => name.startsWith(PREFIX));

const card = (roll: Roll) => ({
  card: {
    number: roll() < 0.1 ? WRONG_CARD : (pick(GOOD_CARDS, roll) ?? WRONG_CARD),
    expiry: '12/39',
    cvc: '123',
  },
});

const pick = <T>(items: readonly T[], roll: Roll): T | undefined =>
  items[Math.floor(roll() * items.length)];
