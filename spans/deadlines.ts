import { LinkedList, type Links } from './linked-list.ts';

/** Something to be done when log time has come so far. */
export interface Deadline extends Links<Deadline> {
  readonly atSeconds: number;
  readonly act: () => void;
}

/** Deadlines in order of time: each is added after all those before it. */
export class Deadlines {
  readonly #waiting = new LinkedList<Deadline>();

  add(atSeconds: number, act: () => void): Deadline {
    const deadline: Deadline = { atSeconds, act, before: undefined, after: undefined };
    this.#waiting.append(deadline);
    return deadline;
  }

  /** @param deadline one that has not come yet */
  cancel(deadline: Deadline): void {
    this.#waiting.remove(deadline);
  }

  /** Does what is to be done by then. */
  comeTo(nowSeconds: number): void {
    for (;;) {
      const { first } = this.#waiting;
      if (first === undefined || first.atSeconds > nowSeconds) return;
      this.#waiting.remove(first);
      first.act();
    }
  }
}
