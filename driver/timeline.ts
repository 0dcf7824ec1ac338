import type { Operation } from './operation.ts';

/** The three lists that a timeline keeps, in the order they are to be tried. */
export const READS = 0;
export const EFFECTS = 1;
export const PENDING = 2;
/** The end of a list. */
export const NONE = -1;

/**
 * The operations of a history by number, and which of them have been taken.
 * Completed operations have the numbers 0 to `completed - 1` in the order of
 * their returns; pending ones follow.
 *
 * What has been taken is known by little: `first`, the earliest return not yet
 * taken, and a bit for each operation that was open at that moment. All that
 * returned before it have been taken, and nothing that was called after it can
 * have been:
 *
 *     a ├──────┤                     first = b's return:
 *     b    ├───────┤                 a has been taken, of {b, c} c may have
 *     c       ├────────────┤         been, d cannot
 *     d                ├───────┤
 *
 * So the bits do not grow with the history, but with how much went on at once.
 */
export class Timeline<Input, Output> {
  readonly operations: readonly Operation<Input, Output>[];
  readonly completed: number;
  /** Which of the operations open at `first` have been taken, a bit for each lane. */
  readonly open: Int32Array;
  #first = 0;
  readonly #calls: Int32Array;
  readonly #returns: Int32Array;
  /** No two operations that are open at once share a lane. */
  readonly #lanes: Int32Array;
  readonly #lists: Uint8Array;
  readonly #taken: Uint8Array;
  /** Doubly linked lists of those not taken, by call; their heads stand behind the operations. */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;

  constructor(
    operations: readonly Operation<Input, Output>[],
    listOf: (operation: Operation<Input, Output>) => typeof READS | typeof EFFECTS | typeof PENDING,
  ) {
    const numbered = operations.toSorted(
      (a, b) => (a.return ?? Infinity) - (b.return ?? Infinity) || a.call - b.call,
    );
    const count = numbered.length;
    this.operations = numbered;
    this.completed = numbered.findLastIndex((operation) => operation.return !== undefined) + 1;
    this.#calls = new Int32Array(count);
    this.#returns = new Int32Array(count);
    this.#lanes = new Int32Array(count);
    this.#lists = new Uint8Array(count);
    this.#taken = new Uint8Array(count);
    this.open = new Int32Array(Math.ceil(this.#placeEvents() / 32));
    this.#next = new Int32Array(count + 3).fill(NONE);
    this.#previous = new Int32Array(count + 3);
    const tails = [count + READS, count + EFFECTS, count + PENDING];
    for (const number of this.#byCall()) {
      const list = listOf(numbered[number] as Operation<Input, Output>);
      const tail = tails[list] as number;
      this.#lists[number] = list;
      this.#next[tail] = number;
      this.#previous[number] = tail;
      tails[list] = number;
    }
  }

  /** The number of the earliest return not yet taken; `completed` when all are. */
  get first(): number {
    return this.#first;
  }

  /** In which list an operation is, or was before it was taken. */
  listOf(number: number): number {
    return this.#lists[number] as number;
  }

  /** The first of a list, if it was called before the return `first`, else NONE. */
  head(list: number): number {
    return this.#callable(this.#next[this.#calls.length + list] as number);
  }

  /** The one after `number` in its list, on the same condition. */
  after(number: number): number {
    return this.#callable(this.#next[number] as number);
  }

  take(number: number): void {
    const [next, previous] = [this.#next[number] as number, this.#previous[number] as number];
    this.#next[previous] = next;
    if (next !== NONE) this.#previous[next] = previous;
    this.#taken[number] = 1;
    this.#flip(number);
    while (this.#first < this.completed && this.#taken[this.#first] === 1)
      this.#flip(this.#first++);
  }

  /** Undoes the last `take` that is not undone. */
  giveBack(number: number): void {
    while (this.#first > number) this.#flip(--this.#first);
    this.#flip(number);
    this.#taken[number] = 0;
    const [next, previous] = [this.#next[number] as number, this.#previous[number] as number];
    this.#next[previous] = number;
    if (next !== NONE) this.#previous[next] = number;
  }

  #callable(number: number): number {
    if (number === NONE) return NONE;
    return (this.#calls[number] as number) < (this.#returns[this.#first] as number) ? number : NONE;
  }

  #flip(number: number): void {
    const lane = this.#lanes[number] as number;
    this.open[lane >>> 5] = (this.open[lane >>> 5] as number) ^ (1 << (lane & 31));
  }

  /** Gives each operation its places in the order of events, and its lane; returns the number of lanes. */
  #placeEvents(): number {
    const byCall = this.#byCall();
    const free: number[] = [];
    let lanes = 0;
    let place = 0;
    let returned = 0;
    for (const number of byCall) {
      const { call } = this.operations[number] as Operation<Input, Output>;
      // At the same time a call comes before a return: the two are concurrent.
      for (; returned < this.completed; returned++) {
        if ((this.operations[returned]?.return as number) >= call) break;
        this.#returns[returned] = place++;
        free.push(this.#lanes[returned] as number);
      }
      this.#calls[number] = place++;
      this.#lanes[number] = free.pop() ?? lanes++;
    }
    for (; returned < this.completed; returned++) this.#returns[returned] = place++;
    return lanes;
  }

  #byCall(): Int32Array {
    const { operations } = this;
    const callOf = (number: number): number => (operations[number] as { call: number }).call;
    return Int32Array.from(operations.keys()).sort((a, b) => callOf(a) - callOf(b) || a - b);
  }
}
