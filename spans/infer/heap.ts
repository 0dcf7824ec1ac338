/** A binary heap of numbers by priority, smallest first. Equal priorities come out in any order. */
export class Heap {
  readonly #items: number[] = [];
  readonly #priorities: number[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(item: number, priority: number): void {
    let at = this.#items.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#priority(above) <= priority) break;
      this.#set(at, this.#item(above), this.#priority(above));
      at = above;
    }
    this.#set(at, item, priority);
  }

  /** The first item and its priority; undefined when it is empty. */
  pop(): readonly [item: number, priority: number] | undefined {
    const item = this.#items[0];
    const priority = this.#priorities[0];
    const last = this.#items.pop();
    const lastPriority = this.#priorities.pop();
    if (item === undefined || priority === undefined) return undefined;
    if (last === undefined || lastPriority === undefined || this.size === 0)
      return [item, priority];
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= this.size) break;
      if (below + 1 < this.size && this.#priority(below + 1) < this.#priority(below)) below++;
      if (this.#priority(below) >= lastPriority) break;
      this.#set(at, this.#item(below), this.#priority(below));
      at = below;
    }
    this.#set(at, last, lastPriority);
    return [item, priority];
  }

  #item(at: number): number {
    return this.#items[at] ?? 0;
  }

  #priority(at: number): number {
    return this.#priorities[at] ?? Infinity;
  }

  #set(at: number, item: number, priority: number): void {
    this.#items[at] = item;
    this.#priorities[at] = priority;
  }
}
