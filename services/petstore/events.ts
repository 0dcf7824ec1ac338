import { z } from 'zod';
import { Name, Pet } from './schemas.ts';

/**
 * What can happen in the store. An event is at once the answer to its command
 * and the line that keeps it: nothing else changes the state.
 */
export const PetAdded = z.strictObject({ type: z.literal('PetAdded'), pet: Pet });
export const PetRemoved = z.strictObject({ type: z.literal('PetRemoved'), name: Name });
export const UserLoggedIn = z.strictObject({ type: z.literal('UserLoggedIn'), user: Name });
export const UserLoggedOut = z.strictObject({ type: z.literal('UserLoggedOut'), user: Name });
const ofBasket = { user: Name, name: Name };
export const AddedToBasket = z.strictObject({ type: z.literal('AddedToBasket'), ...ofBasket });
export const RemovedFromBasket = z.strictObject({
  type: z.literal('RemovedFromBasket'),
  ...ofBasket,
});
export const CheckedOutBasket = z.strictObject({
  type: z.literal('CheckedOutBasket'),
  user: Name,
  pets: z.array(Pet),
  amount: z.int().min(0).meta({ description: 'What was paid, in cents.' }),
});
export const Reset = z.strictObject({ type: z.literal('Reset') });

export const Event = z.discriminatedUnion('type', [
  PetAdded,
  PetRemoved,
  UserLoggedIn,
  UserLoggedOut,
  AddedToBasket,
  RemovedFromBasket,
  CheckedOutBasket,
  Reset,
]);

export type Event = z.infer<typeof Event>;
export type Pet = z.infer<typeof Pet>;
