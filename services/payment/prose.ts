import { serviceProse } from '../prose.ts';
import type { Prose } from '../text-log.ts';

/** Payment in words. */
export const prose: Prose = {
  ...serviceProse,
  'charging card': ({ card, amount }) => `Charging ${amount} cents to card ${card}`,
  'card charged': ({ card, amount }) => `OK: card ${card} charged with ${amount} cents`,
  'dice seeded': ({ seed, rate }) => `Declining ${rate} of all payments at random (seed ${seed})`,
};
