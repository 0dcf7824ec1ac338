/**
 * What a system promises, as pure functions: whether an answer is possible in a
 * state, and which state follows. A model never changes a state it is given.
 */
export interface Model<State, Input, Output> {
  readonly initial: State;
  /**
   * The state after `input` was answered by `output` in `state`, or undefined
   * where that answer is impossible. Without an `output`, the state after the
   * input took effect unseen, or undefined where it can have none.
   */
  step(state: State, input: Input, output: Output | undefined): State | undefined;
  /** Two states are equal if and only if their keys are. */
  key(state: State): string | number;
  /** Whether `input`, so answered, leaves every state as it is. */
  isRead(input: Input, output: Output): boolean;
  /**
   * What an operation is about, or `everything`. Operations that have nothing
   * in common, not even by way of others, must not affect each other's answers.
   */
  touches(input: Input, output: Output | undefined): readonly string[] | 'everything';
  /** For people: `AddToBasket ann Rex`. */
  describe(input: Input): string;
  /** For people: `PetDoesNotExist`. */
  describeOutput(output: Output): string;
  /** For people: the answers to `input` that are possible in `state`. */
  describeAllowed(state: State, input: Input): string;
}
