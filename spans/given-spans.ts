import { IdMap } from './id-map.ts';
import { ID_WORDS } from './span-ids.ts';
import type { SpanLine } from './span-lines.ts';

/** Whether the end of a span that was given was known. */
export type Given = 'complete' | 'incomplete';

/** Remembers the spans given last: `min` of them at least, and at most twice as many. */
export class GivenSpans {
  readonly #min: number;
  #younger = new IdMap<Given>(ID_WORDS);
  #older = new IdMap<Given>(ID_WORDS);

  constructor(min: number) {
    this.#min = min;
  }

  /** Of the span that the line names. */
  get({ ids, idsAt }: SpanLine): Given | undefined {
    return this.#younger.get(ids, idsAt) ?? this.#older.get(ids, idsAt);
  }

  set({ ids, idsAt }: SpanLine, given: Given): void {
    this.#younger.set(ids, idsAt, given);
    if (this.#younger.size < this.#min) return;
    this.#older = this.#younger;
    this.#younger = new IdMap(ID_WORDS, this.#min);
  }
}
