import type { Budget } from './configuration-set.ts';
import type { Model } from './model.ts';
import type { Operation } from './operation.ts';
import { partitions } from './partitions.ts';
import { Search, type Finding } from './search.ts';

export interface Limits {
  /** Asked often; once it says yes, what is not decided is unknown. */
  readonly isTimeUp: () => boolean;
  /** Of memory for configurations and states, roughly. */
  readonly maxBytes?: number;
}

/**
 * `linearizable` comes with an order for each partition. `not linearizable`
 * comes with the partition that is not: how far its history can be explained.
 * `unknown` comes with the limit that was met, and is never a guess.
 */
export type Verdict<State, Input, Output> =
  | { readonly is: 'linearizable'; readonly found: readonly Finding<State, Input, Output>[] }
  | { readonly is: 'not linearizable'; readonly found: Finding<State, Input, Output> }
  | { readonly is: 'unknown'; readonly limit: 'time' | 'memory' };

const MAX_BYTES = 512 * 1024 * 1024;
/** Operations tried in one partition before it is another's turn. */
const SLICE_STEPS = 4096;

/**
 * Whether the history could have happened with each operation taking effect at
 * one moment between its call and its return. Partitions are searched in turn,
 * a slice each, so that one that takes for ever hides no other's fault.
 */
export function checkLinearizability<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  { isTimeUp, maxBytes = MAX_BYTES }: Limits,
): Verdict<State, Input, Output> {
  const budget: Budget = { bytesLeft: maxBytes };
  const found: Finding<State, Input, Output>[] = [];
  let limit: 'time' | 'memory' | undefined;
  let searches = partitions(model, history).map(
    (operations) => new Search(model, operations, budget),
  );
  while (searches.length > 0) {
    const unfinished: typeof searches = [];
    for (const search of searches) {
      if (isTimeUp()) return { is: 'unknown', limit: 'time' };
      const result = search.run(SLICE_STEPS);
      if (result === 'not linearizable') return { is: result, found: search.finding() };
      if (result === 'linearizable') found.push(search.finding());
      else if (result === 'unfinished') unfinished.push(search);
      else limit = 'memory';
    }
    searches = unfinished;
  }
  return limit === undefined ? { is: 'linearizable', found } : { is: 'unknown', limit };
}
