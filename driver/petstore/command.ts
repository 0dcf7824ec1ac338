import { z } from 'zod';

const name = z.string().min(1);

const Pet = z.object({
  name,
  species: z.enum(['Cat', 'Dog', 'Canary', 'Fish', 'Rabbit']),
  /** In cents. */
  price: z.int(),
});

/**
 * A valid card may be declined by chance; an expired or a refused one (its
 * check digit is wrong) always is; an invalid one is malformed.
 */
export const CARD_KINDS = ['valid', 'expired', 'refused', 'invalid'] as const;

const ofUser = { user: name };
const ofBasket = { user: name, name };

/** What a user of PetStore can do. */
export const Command = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Add'), pet: Pet }),
  z.object({ type: z.literal('Remove'), name }),
  z.object({ type: z.literal('ListPets') }),
  z.object({ type: z.literal('UserLogin'), ...ofUser }),
  z.object({ type: z.literal('UserLogout'), ...ofUser }),
  z.object({ type: z.literal('AddToBasket'), ...ofBasket }),
  z.object({ type: z.literal('RemoveFromBasket'), ...ofBasket }),
  z.object({ type: z.literal('GetUserBasket'), ...ofUser }),
  z.object({ type: z.literal('CheckoutBasket'), ...ofUser, card: z.enum(CARD_KINDS) }),
]);

/** PetStore's answer: what it says besides `type` and `reason` depends on the type. */
export const Answer = z.looseObject({
  /** HTTP's. */
  status: z.int(),
  type: z.string(),
  /** Of an `Error`. */
  reason: z.string().optional(),
});

export type Pet = z.infer<typeof Pet>;
export type CardKind = (typeof CARD_KINDS)[number];
export type Command = z.infer<typeof Command>;
export type Answer = z.infer<typeof Answer>;

/** `AddToBasket ann Rex` */
export function describeCommand(command: Command): string {
  switch (command.type) {
    case 'Add':
      return `Add ${command.pet.name} ${command.pet.species} ${command.pet.price}`;
    case 'Remove':
      return `Remove ${command.name}`;
    case 'ListPets':
      return 'ListPets';
    case 'UserLogin':
    case 'UserLogout':
    case 'GetUserBasket':
      return `${command.type} ${command.user}`;
    case 'AddToBasket':
    case 'RemoveFromBasket':
      return `${command.type} ${command.user} ${command.name}`;
    case 'CheckoutBasket':
      return `CheckoutBasket ${command.user} ${command.card} card`;
  }
}

/** `404 PetDoesNotExist`, `200 UserBasket [Rex 4200, Tom 100]` */
export function describeAnswer({ status, type, reason, ...about }: Answer): string {
  const { pets, amount } = about;
  return [
    status,
    type === 'Error' ? reason : type,
    ...(Array.isArray(pets) ? [`[${pets.map(describePet).join(', ')}]`] : []),
    ...(amount === undefined ? [] : [`for ${JSON.stringify(amount)}`]),
  ].join(' ');
}

function describePet(pet: unknown): string {
  const parsed = Pet.safeParse(pet);
  return parsed.success ? `${parsed.data.name} ${parsed.data.price}` : JSON.stringify(pet);
}
