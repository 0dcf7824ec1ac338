import { z } from 'zod';
import { badBody, badRequest, refusal } from '../answers.ts';
import { type Answer, type Route, route } from '../api.ts';
import * as event from './events.ts';
import { openApi } from './openapi.ts';
import type { PetStore } from './petstore.ts';
import { CheckOut, Pet, PetName, UserPath } from './schemas.ts';

/** PetStore's API. Dev mode adds a reset and the API's own description. */
export function petStoreRoutes(store: PetStore, mode: 'dev' | 'prod'): readonly Route[] {
  const routes = [...petRoutes(store), ...userRoutes(store), ...basketRoutes(store)];
  return mode === 'prod' ? routes : withDevRoutes(store, routes);
}

const Pets = z.strictObject({ type: z.literal('Pets'), pets: z.array(Pet) });
const UserBasket = z.strictObject({
  type: z.literal('UserBasket'),
  user: UserPath.shape.user,
  pets: z.array(Pet),
});

const notForSale = (meaning: string) => ({ 404: { schema: refusal('PetDoesNotExist'), meaning } });
const notLoggedIn = {
  403: { schema: refusal('UserNotLoggedIn'), meaning: 'The user has not logged in.' },
};

const ok = (body: object): Answer => ({ status: 200, body });
const created = (body: object): Answer => ({ status: 201, body });

const petRoutes = (store: PetStore): readonly Route[] => [
  route({
    method: 'get',
    path: '/pets',
    summary: 'The pets for sale, those in no basket, in the order they came',
    answers: { 200: { schema: Pets, meaning: 'The pets.' }, ...badRequest },
    handle: () => ok({ type: 'Pets', pets: store.pets() }),
  }),
  route({
    method: 'post',
    path: '/pets',
    summary: 'Add a pet',
    body: Pet,
    answers: {
      201: { schema: event.PetAdded, meaning: 'It is for sale.' },
      ...badBody,
      409: {
        schema: refusal('PetAlreadyAdded'),
        meaning: 'A pet of this name is here, perhaps in a basket.',
      },
    },
    handle: ({ body }) => created(store.addPet(body)),
  }),
  route({
    method: 'delete',
    path: '/pets',
    summary: 'Remove a pet that is for sale',
    body: PetName,
    answers: {
      200: { schema: event.PetRemoved, meaning: 'It is gone.' },
      ...badBody,
      ...notForSale('No such pet is for sale; one in a basket is not.'),
    },
    handle: ({ body }) => ok(store.removePet(body.name)),
  }),
];

const userRoutes = (store: PetStore): readonly Route[] => [
  route({
    method: 'put',
    path: '/users/:user',
    summary: 'Log in; doing it again changes nothing',
    params: UserPath,
    answers: {
      200: { schema: event.UserLoggedIn, meaning: 'The user has a basket.' },
      ...badRequest,
    },
    handle: async ({ params }) => ok(await store.logIn(params.user)),
  }),
  route({
    method: 'delete',
    path: '/users/:user',
    summary: 'Log out; what is in the basket is for sale again',
    params: UserPath,
    answers: {
      200: { schema: event.UserLoggedOut, meaning: 'The basket is gone.' },
      ...badRequest,
      ...notLoggedIn,
    },
    handle: async ({ params }) => ok(await store.logOut(params.user)),
  }),
];

const basketRoutes = (store: PetStore): readonly Route[] => [
  route({
    method: 'get',
    path: '/users/:user/basket',
    summary: "The user's basket",
    params: UserPath,
    answers: { 200: { schema: UserBasket, meaning: 'The basket.' }, ...badRequest, ...notLoggedIn },
    handle: ({ params: { user } }) => ok({ type: 'UserBasket', user, pets: store.basket(user) }),
  }),
  route({
    method: 'post',
    path: '/users/:user/basket',
    summary: 'Put a pet into the basket; from then on it is not for sale to anybody',
    params: UserPath,
    body: PetName,
    answers: {
      201: { schema: event.AddedToBasket, meaning: 'The pet is reserved.' },
      ...badBody,
      ...notLoggedIn,
      ...notForSale('No such pet is for sale; one in a basket, also in this one, is not.'),
    },
    handle: async ({ params, body }) => created(await store.addToBasket(params.user, body.name)),
  }),
  route({
    method: 'put',
    path: '/users/:user/basket',
    summary:
      'Check out: pay for the basket and empty it. An amount of 0, such as that of an empty basket, is accepted without asking Payment. Commands of the same user that come meanwhile take effect after it',
    params: UserPath,
    body: CheckOut,
    answers: {
      200: { schema: event.CheckedOutBasket, meaning: 'Paid; the pets are gone from the store.' },
      ...badBody,
      402: { schema: refusal('InvalidPayment'), meaning: 'Payment refused; the basket stays.' },
      ...notLoggedIn,
      503: {
        schema: refusal('PaymentUnavailable'),
        meaning: 'Payment is down, or the circuit is broken; see Retry-After. The basket stays.',
      },
      504: {
        schema: refusal('PaymentUnavailable'),
        meaning: 'Payment did not answer in time; see Retry-After. The basket stays.',
      },
    },
    handle: async ({ params, body }) => ok(await store.checkOut(params.user, body.card)),
  }),
  route({
    method: 'delete',
    path: '/users/:user/basket',
    summary: 'Take a pet out of the basket; it is for sale again',
    params: UserPath,
    body: PetName,
    answers: {
      200: { schema: event.RemovedFromBasket, meaning: 'The pet is for sale.' },
      ...badBody,
      ...notLoggedIn,
      404: { schema: refusal('PetNotInBasket'), meaning: 'It is not in this basket.' },
    },
    handle: async ({ params, body }) => ok(await store.removeFromBasket(params.user, body.name)),
  }),
];

function withDevRoutes(store: PetStore, routes: readonly Route[]): readonly Route[] {
  const all: readonly Route[] = [
    ...routes,
    route({
      method: 'delete',
      path: '/_reset',
      summary: 'Forget all pets, users and baskets, after the checkouts under way',
      answers: { 200: { schema: event.Reset, meaning: 'The store is empty.' }, ...badRequest },
      handle: async () => ok(await store.reset()),
    }),
    route({
      method: 'get',
      path: '/swagger.json',
      summary: 'This description',
      answers: { 200: { schema: z.looseObject({}), meaning: 'OpenAPI 3.1.' }, ...badRequest },
      handle: () => ok(openApi(all)),
    }),
  ];
  return all;
}
