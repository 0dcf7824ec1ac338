/**
 * One call of a client and what came of it. `call` and `return` are places in
 * the order of all events of a history (any clock, or a counter): an operation
 * comes before another only if it returned before the other was called, so
 * equal places are concurrent. One that never returned is pending: it may take
 * effect at any time after its call, or never.
 */
export type Operation<Input, Output> = {
  readonly client: string;
  readonly input: Input;
  readonly call: number;
  /** The trace the call was made in. */
  readonly traceId?: string;
  /** Of the file it was read from, where its return is. */
  readonly returnLine?: number;
} & (
  | { readonly return: number; readonly output: Output }
  | { readonly return?: undefined; readonly output?: undefined }
);
