import { HistoryError } from './history-error.ts';
import type { Operation } from './operation.ts';

interface Open<Input> {
  readonly input: Input;
  readonly call: number;
  readonly line: number;
  readonly traceId?: string;
}

/**
 * Puts a history together from its events, given in their order. Throws a
 * HistoryError for a return without a call, and for overlapping calls of one
 * client.
 */
export class HistoryBuilder<Input, Output> {
  readonly #operations: Operation<Input, Output>[] = [];
  readonly #open = new Map<string, Open<Input>>();
  #events = 0;

  call(client: string, input: Input, line: number, traceId?: string): void {
    const open = this.#open.get(client);
    if (open !== undefined) {
      throw new HistoryError(
        line,
        `client ${client} calls while its call of line ${open.line} has not returned: expected that return first, for a client does one thing at a time`,
      );
    }
    const call = this.#events++;
    this.#open.set(client, { input, call, line, ...(traceId !== undefined && { traceId }) });
  }

  /** The input of the call that `client` waits for. */
  inputOf(client: string, line: number): Input {
    return this.#called(client, line).input;
  }

  returns(client: string, output: Output, line: number): void {
    const { line: _, ...called } = this.#called(client, line);
    this.#open.delete(client);
    this.#operations.push({ client, ...called, return: this.#events++, output, returnLine: line });
  }

  /** The call had no effect and its answer says nothing: as if it had never been. */
  neverHappened(client: string, line: number): void {
    this.#called(client, line);
    this.#open.delete(client);
  }

  /** The call may yet take effect, or not; the client goes on. */
  staysPending(client: string, line: number): void {
    const { line: _, ...called } = this.#called(client, line);
    this.#open.delete(client);
    this.#operations.push({ client, ...called });
  }

  /** The history, by call; what has not returned is pending. */
  history(): Operation<Input, Output>[] {
    for (const [client, { line }] of this.#open) this.staysPending(client, line);
    return this.#operations.toSorted((a, b) => a.call - b.call);
  }

  #called(client: string, line: number): Open<Input> {
    const open = this.#open.get(client);
    if (open !== undefined) return open;
    throw new HistoryError(
      line,
      `client ${client} returns from nothing: expected its call before this line`,
    );
  }
}
