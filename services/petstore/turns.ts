/**
 * Lets the commands of one user happen one after the other, in the order they
 * came, while those of others go on. A checkout waits for Payment, and in that
 * time nothing else may happen to its basket:
 *
 *     alice  check out ─── Payment ───┐ add Rex
 *     bob    add Tweety ┐ log out ┐   │
 *     all                             └ reset
 */
export class Turns {
  /** Where each user's queue ends, and how many are in it; no entry when it is empty. */
  readonly #queues = new Map<string, { last: Promise<unknown>; waiting: number }>();
  /** The last work that wanted to be alone. */
  #alone: Promise<unknown> = Promise.resolve();

  /** How many commands of `user` have not ended. */
  waiting(user: string): number {
    return this.#queues.get(user)?.waiting ?? 0;
  }

  /** Runs `work` after everything of `user` that came before it, and after whoever was alone. */
  async take<T>(user: string, work: () => T | Promise<T>): Promise<T> {
    const queue = this.#queues.get(user) ?? { last: this.#alone, waiting: 0 };
    this.#queues.set(user, queue);
    const turn = Promise.all([queue.last, this.#alone]).then(work);
    queue.last = turn.catch(() => {});
    queue.waiting++;
    try {
      return await turn;
    } finally {
      if (--queue.waiting === 0) this.#queues.delete(user);
    }
  }

  /** Runs `work` after everything that came before it, of whomever, and before all that comes after. */
  async takeAlone<T>(work: () => T): Promise<T> {
    const before = [...this.#queues.values()].map(({ last }) => last);
    const turn = Promise.all([this.#alone, ...before]).then(work);
    this.#alone = turn.catch(() => {});
    return turn;
  }
}
