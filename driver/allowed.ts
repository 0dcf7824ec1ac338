import type { Model } from './model.ts';
import type { Finding } from './search.ts';

/** The answers that would have been possible where a history cannot be explained further, for people: `404 PetDoesNotExist`. */
export function allowedAnswers<State, Input, Output>(
  { describeAllowed }: Pick<Model<State, Input, Output>, 'describeAllowed'>,
  { stuck, statesTried }: Finding<State, Input, Output>,
): string {
  if (stuck === undefined) return '';
  const answers = statesTried.map((state) => describeAllowed(state, stuck.input));
  return [...new Set(answers)].join(', or ');
}
