import type { Model } from '../model.ts';
import { type Answer, type Command, describeAnswer, describeCommand } from './command.ts';
import { outcomes, type State } from './outcomes.ts';

/**
 * PetStore as a model for the checker. An answer is judged by what the API
 * promises: further fields and the text of a message are free, and so is the
 * order of a basket; pets for sale are listed in the order they came.
 */
export const petStore: Model<State, Command, Answer> = {
  initial: { pets: new Map(), holders: new Map(), users: new Set() },
  step: (state, command, answer) =>
    outcomes(state, command).find((outcome) =>
      answer === undefined ? outcome.state !== state : isAnswer(answer, outcome.answer),
    )?.state,
  key: ({ pets, holders, users }) =>
    JSON.stringify([[...pets.values()], [...holders].sort(byText), [...users].sort()]),
  isRead: ({ type }, answer) =>
    answer.type === 'Error' || type === 'ListPets' || type === 'GetUserBasket',
  touches(command, answer) {
    if (command.type === 'ListPets') return 'everything';
    const shown = Array.isArray(answer?.['pets']) ? answer['pets'] : [];
    return [
      ...('user' in command ? [`user ${command.user}`] : []),
      ...('name' in command ? [`pet ${command.name}`] : []),
      ...('pet' in command ? [`pet ${command.pet.name}`] : []),
      ...shown.map((pet) => `pet ${nameOf(pet)}`),
    ];
  },
  describe: describeCommand,
  describeOutput: describeAnswer,
  describeAllowed: (state, command) =>
    [...new Set(outcomes(state, command).map(({ answer }) => describeAnswer(answer)))].join(' or '),
};

const BASKETS = new Set(['UserBasket', 'CheckedOutBasket']);

function isAnswer(actual: Answer, expected: Answer): boolean {
  return BASKETS.has(expected.type)
    ? saysAtLeast(
        { ...actual, pets: inOrder(actual['pets']) },
        { ...expected, pets: inOrder(expected['pets']) },
      )
    : saysAtLeast(actual, expected);
}

/** Whether `actual` has all that `expected` has. */
function saysAtLeast(actual: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return Object.is(actual, expected);
  if (typeof actual !== 'object' || actual === null) return false;
  if (Array.isArray(expected) && (actual as unknown[]).length !== expected.length) return false;
  return Object.entries(expected).every(([key, value]) =>
    saysAtLeast((actual as Record<string, unknown>)[key], value),
  );
}

const inOrder = (pets: unknown): unknown =>
  Array.isArray(pets) ? pets.toSorted((a, b) => byText(nameOf(a), nameOf(b))) : pets;

const nameOf = (pet: unknown): string => String((pet as { name?: unknown } | null)?.name);

const byText = (a: unknown, b: unknown): number => (String(a) < String(b) ? -1 : 1);
