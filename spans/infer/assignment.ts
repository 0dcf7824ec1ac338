import { Heap } from './heap.ts';

/** One slot that a row may take, and what that costs (any finite number). */
export interface Choice {
  readonly slot: number;
  readonly cost: number;
}

/** A row of the problem: its choices, each slot once, and what it costs to take none of them. */
export interface Row {
  readonly choices: readonly Choice[];
  readonly noneCost: number;
}

export interface Taken {
  /** Undefined where none is best. */
  readonly slot: number | undefined;
  /** How much dearer all together would at least be with each other choice of this row; in order of `choices`, 0 for the one taken. */
  readonly regrets: readonly number[];
  /** The same for taking none. */
  readonly noneRegret: number;
}

/** A search looks at so many slots that are taken; beyond, the best end found so far is used. */
const MAX_VISITED = 4_000;

/**
 * Gives each row one slot or none, each slot to one row at most, for the least
 * cost of all together.
 *
 * The algorithm is shortest augmenting paths over sparse choices (Jonker and
 * Volgenant, Computing 38, 1987): rows come one by one, and each takes the
 * cheapest slot after all the changes of mind that this causes, found by
 * Dijkstra's search over prices. A search that would visit more than
 * `MAX_VISITED` slots is cut, so the time is bounded; what it gives then is
 * still a valid assignment, but may not be the cheapest.
 */
export function assignment(rows: readonly Row[], slots: number): Taken[] {
  const problem = new Problem(rows, slots);
  for (let row = 0; row < rows.length; row++) problem.place(row);
  return rows.map((_, row) => problem.taken(row));
}

const NONE = -1;

class Problem {
  readonly #rows: readonly Row[];
  /** What a slot is worth to the others: at most 0, and 0 while it is free. */
  readonly #prices: Float64Array;
  readonly #rowOfSlot: Int32Array;
  readonly #slotOfRow: Int32Array;
  readonly #costOfRow: Float64Array;
  /** Of the search under way: the distance of each slot reached, the row it was reached from and at what cost. */
  readonly #distances: Float64Array;
  readonly #visited: Uint8Array;
  readonly #from: Int32Array;
  readonly #fromCost: Float64Array;

  constructor(rows: readonly Row[], slots: number) {
    this.#rows = rows;
    this.#prices = new Float64Array(slots);
    this.#rowOfSlot = new Int32Array(slots).fill(NONE);
    this.#slotOfRow = new Int32Array(rows.length).fill(NONE);
    this.#costOfRow = Float64Array.from(rows, ({ noneCost }) => noneCost);
    this.#distances = new Float64Array(slots).fill(Infinity);
    this.#visited = new Uint8Array(slots);
    this.#from = new Int32Array(slots);
    this.#fromCost = new Float64Array(slots);
  }

  place(first: number): void {
    const heap = new Heap();
    const reached: number[] = [];
    const visited: number[] = [];
    let endRow = first;
    let endSlot = NONE;
    let endDistance = Infinity;
    /** Goes on from a row whose own slot, if it has one, is `distance` away. */
    const look = (row: number, distance: number): void => {
      const { choices, noneCost } = this.#row(row);
      const base = row === first ? 0 : distance - this.#paid(row);
      if (base + noneCost < endDistance) {
        endDistance = base + noneCost;
        endRow = row;
        endSlot = NONE;
      }
      for (const { slot, cost } of choices) {
        const there = base + cost - this.#price(slot);
        const known = this.#distances[slot] ?? Infinity;
        if (there >= known || there >= endDistance || this.#visited[slot] === 1) continue;
        if (known === Infinity) reached.push(slot);
        this.#distances[slot] = there;
        this.#from[slot] = row;
        this.#fromCost[slot] = cost;
        if (this.#rowOfSlot[slot] === NONE) {
          endDistance = there;
          endRow = row;
          endSlot = slot;
        } else {
          heap.push(slot, there);
        }
      }
    };
    look(first, 0);
    while (visited.length < MAX_VISITED) {
      const next = heap.pop();
      if (next === undefined || next[1] >= endDistance) break;
      const [slot, distance] = next;
      if (this.#visited[slot] === 1) continue; // by a shorter way
      visited.push(slot);
      this.#visited[slot] = 1;
      look(this.#rowOfSlot[slot] ?? NONE, distance);
    }
    for (const slot of visited) {
      this.#visited[slot] = 0;
      this.#prices[slot] = this.#price(slot) + (this.#distances[slot] ?? 0) - endDistance;
    }
    this.#changeMinds(first, endRow, endSlot);
    for (const slot of reached) this.#distances[slot] = Infinity;
  }

  taken(row: number): Taken {
    const { choices, noneCost } = this.#row(row);
    const paid = this.#paid(row);
    const slot = this.#slotOfRow[row] ?? NONE;
    return {
      slot: slot === NONE ? undefined : slot,
      regrets: choices.map((choice) =>
        choice.slot === slot ? 0 : Math.max(0, choice.cost - this.#price(choice.slot) - paid),
      ),
      noneRegret: slot === NONE ? 0 : Math.max(0, noneCost - paid),
    };
  }

  /** Walks the path back: each row on it takes the next slot, up to the first row. */
  #changeMinds(first: number, endRow: number, endSlot: number): void {
    let row = endRow;
    let slot = endSlot;
    let cost = slot === NONE ? this.#row(row).noneCost : (this.#fromCost[slot] ?? 0);
    for (;;) {
      const before = this.#slotOfRow[row] ?? NONE;
      this.#slotOfRow[row] = slot;
      this.#costOfRow[row] = cost;
      if (slot !== NONE) this.#rowOfSlot[slot] = row;
      if (row === first) return;
      slot = before;
      row = this.#from[slot] ?? first;
      cost = this.#fromCost[slot] ?? 0;
    }
  }

  /** What a row has: its cost less the price of its slot. */
  #paid(row: number): number {
    const slot = this.#slotOfRow[row] ?? NONE;
    return (this.#costOfRow[row] ?? 0) - (slot === NONE ? 0 : this.#price(slot));
  }

  #price(slot: number): number {
    return this.#prices[slot] ?? 0;
  }

  #row(row: number): Row {
    return this.#rows[row] ?? EMPTY_ROW;
  }
}

const EMPTY_ROW: Row = { choices: [], noneCost: 0 };
