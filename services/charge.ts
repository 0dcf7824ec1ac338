import { z } from 'zod';

/** A card as it is handed on; whether it is good is for Payment to say. */
export const Card = z
  .strictObject({
    number: z.string().min(1).max(64).meta({ example: '4111 1111 1111 1111' }),
    expiry: z
      .string()
      .regex(/^\d\d\/\d\d$/, 'expiry must be MM/YY')
      .meta({ example: '12/30' }),
    cvc: z
      .string()
      .regex(/^\d{3,4}$/, 'cvc must be 3 or 4 digits')
      .meta({ example: '123' }),
  })
  .meta({ id: 'Card' });

/** What PetStore asks Payment for: `amount` cents from a card. */
export const Charge = z.strictObject({ card: Card, amount: z.int().min(0) }).meta({ id: 'Charge' });

export type Charge = z.infer<typeof Charge>;
