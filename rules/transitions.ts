import type { MachineSyntax } from './syntax.ts';

/** A machine as a graph, for drawings. */
export interface StateGraph {
  /** As a title. */
  readonly name: string;
  /** The first is where keys begin; of a machine without states, one without a name. */
  readonly states: readonly string[];
  readonly transitions: readonly Transition[];
}

export interface Transition {
  readonly from: string;
  readonly to: string;
  readonly when: string;
  readonly actions: string;
}

/** Rules of all states start at `any`, unless there is but one state. */
const ANY_STATE = 'any state';
const END_STATE = 'done';

/** The graph of a machine: a state a node, a rule an edge, or one for each state it belongs to. */
export function stateGraph({ name, states, rules }: MachineSyntax): StateGraph {
  const names = states.length === 0 ? [''] : states.map((state) => state.name);
  const transitions = rules.flatMap(({ states, actions, when, text }): Transition[] => {
    const goto = actions.findLast(({ verb }) => verb === 'goto');
    const target = goto?.verb === 'goto' ? goto.state : undefined;
    const isLast = when.kind === 'finally' || actions.some(({ verb }) => verb === 'done');
    const from =
      states.length > 0 ? states : [names.length === 1 ? (names[0] as string) : ANY_STATE];
    return from.map((state) => ({
      from: state,
      to: isLast ? END_STATE : (target ?? state),
      when: text.when,
      actions: text.actions,
    }));
  });
  const used = [ANY_STATE, END_STATE].filter((state) =>
    transitions.some(({ from, to }) => from === state || to === state),
  );
  return { name, states: [...names, ...used], transitions };
}
