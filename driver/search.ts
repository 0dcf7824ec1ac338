import { ConfigurationSet, type Budget } from './configuration-set.ts';
import type { Model } from './model.ts';
import type { Operation } from './operation.ts';
import { EFFECTS, NONE, PENDING, READS, Timeline } from './timeline.ts';

/** What a search has found, or how far it came. */
export interface Finding<State, Input, Output> {
  /** The history that was searched: one partition. */
  readonly operations: readonly Operation<Input, Output>[];
  /** The operations in an order that explains the history's longest valid beginning, or all of it. */
  readonly linearized: readonly Operation<Input, Output>[];
  /** The first return that nothing explains; absent where all is explained. */
  readonly stuck?: Operation<Input, Output>;
  /** States it may have met, in which its answer is impossible; some, where there are many. */
  readonly statesTried: readonly State[];
}

const MAX_STATES_SHOWN = 16;

/**
 * Looks for an order of a history's operations that the model allows and that
 * keeps the order in real time: depth first by Wing and Gong ("Testing and
 * verifying concurrent objects", 1993), with Lowe's memory of the
 * configurations seen ("Testing for linearizability", 2017), which are what has
 * been taken and the state it led to. It is run in slices.
 *
 * A read whose answer fits is taken at once, without alternatives: it changes
 * nothing, so whatever order has it later also works with it now. Pending
 * operations are tried last, and only where they change the state.
 */
export class Search<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #time: Timeline<Input, Output>;
  readonly #known: ConfigurationSet;
  /** States by number. */
  readonly #states: State[] = [];
  readonly #numbers = new Map<string | number, number>();
  readonly #budget: Budget;
  #state: number;
  /** Whom to try next, and in which list; NONE at its end. */
  #candidate: number;
  #list = READS;
  /** The operations taken, and the state before each. */
  readonly #path: Int32Array;
  readonly #before: Int32Array;
  #depth = 0;
  /** The path that led furthest in time; up to `#shared` it is that of `#path`. */
  readonly #best: Int32Array;
  #bestDepth = 0;
  #bestFirst = 0;
  #shared = 0;
  readonly #tried = new Set<number>();

  constructor(
    model: Model<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
    budget: Budget,
  ) {
    this.#model = model;
    this.#budget = budget;
    this.#time = new Timeline(operations, (operation) =>
      operation.return === undefined
        ? PENDING
        : model.isRead(operation.input, operation.output)
          ? READS
          : EFFECTS,
    );
    this.#known = new ConfigurationSet(this.#time.open.length, budget);
    this.#path = new Int32Array(operations.length);
    this.#before = new Int32Array(operations.length);
    this.#best = new Int32Array(operations.length);
    this.#state = this.#numberOf(model.initial);
    this.#candidate = this.#time.head(READS);
  }

  /** Goes on for `steps` operations tried; says whether all is explained, nothing can explain it, memory is out, or there is more to do. */
  run(steps: number): 'linearizable' | 'not linearizable' | 'full' | 'unfinished' {
    const { operations, completed } = this.#time;
    while (this.#time.first < completed) {
      const candidate = this.#candidate;
      if (candidate === NONE) {
        if (this.#list < PENDING) this.#candidate = this.#time.head(++this.#list);
        else if (!this.#goBack()) return 'not linearizable';
        continue;
      }
      if (steps-- <= 0) return 'unfinished';
      const { input, output } = operations[candidate] as Operation<Input, Output>;
      const state = this.#states[this.#state] as State;
      const following = this.#model.step(state, input, output);
      if (following === undefined) {
        if (candidate === this.#bestFirst && candidate === this.#time.first)
          this.#tried.add(this.#state);
        this.#candidate = this.#time.after(candidate);
        continue;
      }
      const number = this.#list === READS ? this.#state : this.#numberOf(following);
      if (this.#list === PENDING && number === this.#state) {
        this.#candidate = this.#time.after(candidate);
        continue;
      }
      this.#time.take(candidate);
      if (this.#list !== READS) {
        const added = this.#known.add(this.#time.first, this.#time.open, number);
        if (added === 'full' || this.#budget.bytesLeft < 0) return 'full';
        if (added === 'known') {
          this.#time.giveBack(candidate);
          this.#candidate = this.#time.after(candidate);
          continue;
        }
      }
      this.#path[this.#depth] = candidate;
      this.#before[this.#depth++] = this.#state;
      this.#state = number;
      this.#list = READS;
      this.#candidate = this.#time.head(READS);
      if (this.#time.first > this.#bestFirst) this.#keepBest();
    }
    return 'linearizable';
  }

  finding(): Finding<State, Input, Output> {
    const { operations, completed } = this.#time;
    const linearized = Array.from(
      this.#best.subarray(0, this.#bestDepth),
      (number) => operations[number] as Operation<Input, Output>,
    );
    const stuck = this.#bestFirst < completed ? operations[this.#bestFirst] : undefined;
    if (stuck === undefined) return { operations, linearized, statesTried: [] };
    return { operations, linearized, stuck, statesTried: this.#statesTried(linearized, stuck) };
  }

  /** Where the search ended, and on the way there since the call of `stuck`. */
  #statesTried(
    linearized: readonly Operation<Input, Output>[],
    { input, output, call }: Operation<Input, Output>,
  ): State[] {
    const model = this.#model;
    const since = linearized.findLastIndex((before) => (before.return ?? Infinity) < call);
    const states = [...this.#tried].map((number) => this.#states[number] as State);
    let state = model.initial;
    for (const [index, operation] of linearized.entries()) {
      if (index > since) states.push(state);
      state = model.step(state, operation.input, operation.output) ?? state;
    }
    const impossible = states.filter((state) => model.step(state, input, output) === undefined);
    const byKey = new Map(impossible.map((state) => [model.key(state), state]));
    return [...byKey.values()].slice(0, MAX_STATES_SHOWN);
  }

  /** Undoes the last choice that had alternatives; false where there is none. */
  #goBack(): boolean {
    while (this.#depth > 0) {
      const last = this.#path[--this.#depth] as number;
      this.#time.giveBack(last);
      this.#state = this.#before[this.#depth] as number;
      if (this.#depth < this.#shared) this.#shared = this.#depth;
      this.#list = this.#time.listOf(last);
      if (this.#list === READS) continue;
      this.#candidate = this.#time.after(last);
      return true;
    }
    return false;
  }

  #keepBest(): void {
    this.#best.set(this.#path.subarray(this.#shared, this.#depth), this.#shared);
    this.#bestDepth = this.#depth;
    this.#shared = this.#depth;
    this.#bestFirst = this.#time.first;
    this.#tried.clear();
  }

  #numberOf(state: State): number {
    const key = this.#model.key(state);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#states.push(state) - 1;
      this.#numbers.set(key, number);
      this.#budget.bytesLeft -= BYTES_A_STATE + (typeof key === 'string' ? key.length * 2 : 0);
    }
    return number;
  }
}

/** Roughly what a state and its place in a map take, beside its key. */
const BYTES_A_STATE = 200;
