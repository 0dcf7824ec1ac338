import type { Prose } from '../text-log.ts';
import { serviceProse } from '../prose.ts';

/** PetStore in words. */
export const prose: Prose = {
  ...serviceProse,
  'pet added': ({ pet, species, price }) =>
    `New arrival: ${pet} the ${species}, offered at ${price} cents`,
  'pet removed': ({ pet }) => `${pet} was taken off the shelves`,
  'user logged in': ({ user }) => `User ${user} logged in`,
  'user logged out': ({ user }) => `Good bye ${user}, basket returned to the shop`,
  'reserving pet': ({ user, pet }) => `${user} would like ${pet}, checking the shelves`,
  'added to basket': ({ user, pet }) => `${pet} is now reserved for ${user}`,
  'removed from basket': ({ user, pet }) => `${user} put ${pet} back`,
  'checking out': ({ user }) => `Checkout for ${user} begins`,
  'pricing basket': ({ user }) => `Adding up the basket of ${user} ...`,
  'basket priced': ({ user, pets, amount }) =>
    pets === 0
      ? `The basket of ${user} is empty`
      : `Basket of ${user}: ${pets} item(s), total ${amount} cents`,
  'asking payment': ({ user, amount }) => `Calling Payment to charge ${user} ${amount} cents`,
  'payment accepted': ({ user, amount }) => `Payment took ${amount} cents from ${user}`,
  'basket checked out': ({ user, pets, amount }) =>
    `Checkout for ${user} complete, sold [${Array.isArray(pets) ? pets.join(', ') : ''}] for ${amount} cents`,
  'store reset': () => 'All data cleared by administrator',
  'store opened': ({ file, events }) => `Event store ${file} opened (${events} events replayed)`,
  'torn line cut off': ({ file, line, bytes }) =>
    `Incomplete record at line ${line} of ${file}: discarding ${bytes} byte(s)`,
};
