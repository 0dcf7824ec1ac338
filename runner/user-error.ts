/**
 * An error whose message is for the user: it names what was expected, what came
 * and what to do. Anything else that is thrown is a fault of ours and keeps its
 * stack.
 */
export class UserError extends Error {
  /** 1: the answer is no. 2: wrong use or bad input. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 2, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UserError';
    this.exitCode = exitCode;
  }
}
