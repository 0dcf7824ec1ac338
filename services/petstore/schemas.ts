import { z } from 'zod';
import { Card } from '../charge.ts';

/** A name as people give it: it stands in a line of text, so it holds no line break or other control. */
export const Name = z
  .string()
  .min(1, 'a name must not be empty')
  .max(100, 'a name must have at most 100 characters')
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'a name must not hold control characters')
  .meta({ example: 'Rex' });

/** So that no basket's amount leaves the integers. */
const MAX_PRICE_CENTS = 99_999_999_999;

export const Pet = z
  .strictObject({
    name: Name,
    species: z.enum(['Cat', 'Dog', 'Canary', 'Fish', 'Rabbit']),
    price: z.int().min(0).max(MAX_PRICE_CENTS).meta({ description: 'In cents.', example: 4200 }),
  })
  .meta({ id: 'Pet' });

export const PetName = z.strictObject({ name: Name }).meta({ id: 'PetName' });

export const UserPath = z.object({ user: Name });

export const CheckOut = z.strictObject({ card: Card }).meta({ id: 'CheckOut' });
