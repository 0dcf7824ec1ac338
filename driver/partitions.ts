import type { Model } from './model.ts';
import type { Operation } from './operation.ts';

/**
 * Splits a history into parts that can be judged each by itself: operations
 * that touch something in common, also by way of others, are in one part
 * (union-find). Parts and their operations keep the history's order.
 */
export function partitions<State, Input, Output>(
  { touches }: Pick<Model<State, Input, Output>, 'touches'>,
  history: readonly Operation<Input, Output>[],
): Operation<Input, Output>[][] {
  const touched = history.map(({ input, output }) => touches(input, output));
  if (touched.includes('everything')) return [[...history]];
  const parents = new Map<string, string>();
  const root = (name: string): string => {
    let at = name;
    for (
      let parent = parents.get(at);
      parent !== undefined && parent !== at;
      parent = parents.get(at)
    ) {
      parents.set(at, parents.get(parent) ?? parent);
      at = parent;
    }
    return at;
  };
  for (const names of touched) {
    for (const name of names) parents.set(root(name), root(names[0] ?? name));
  }
  return [...Map.groupBy(history.keys(), (index) => root(touched[index]?.[0] ?? '')).values()].map(
    (indexes) => indexes.map((index) => history[index] as Operation<Input, Output>),
  );
}
