/** More different names than this are no names. */
const MAX_NAMES = 10_000;

/** One copy of each text that comes again and again: parsed lines bring a new one each time. */
export class Names {
  readonly #names = new Map<string, string>();

  one(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    if (this.#names.size < MAX_NAMES) this.#names.set(name, name);
    return name;
  }
}
