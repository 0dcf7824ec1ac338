/** What an item carries to be in one list. */
export interface Links<Item> {
  before: Item | undefined;
  after: Item | undefined;
}

/** A list whose items carry its links, so that one can be taken out from anywhere in no time. */
export class LinkedList<Item extends Links<Item>> {
  first: Item | undefined;
  last: Item | undefined;

  append(item: Item): void {
    item.before = this.last;
    item.after = undefined;
    if (this.last === undefined) this.first = item;
    else this.last.after = item;
    this.last = item;
  }

  /** @param item one of this list */
  remove(item: Item): void {
    if (item.before === undefined) this.first = item.after;
    else item.before.after = item.after;
    if (item.after === undefined) this.last = item.before;
    else item.after.before = item.before;
    // Else what is no longer needed would keep what came after it in memory, and that the next.
    item.before = undefined;
    item.after = undefined;
  }

  /** In order; the item that was given may be removed meanwhile. */
  *[Symbol.iterator](): Generator<Item> {
    for (let item = this.first; item !== undefined;) {
      const { after } = item;
      yield item;
      item = after;
    }
  }
}
