import { SeqWindow } from '../log/seq-window.ts';

const MAX_INSTANCES = 10_000;

/** Which lines have been seen, by instance and seq. Instances are forgotten, oldest first, when there are too many. */
export class SeenLines {
  readonly #windows = new Map<string, SeqWindow>();
  /** Lines of one instance mostly come in runs. */
  #instance: string | undefined;
  #window = new SeqWindow();

  /** Notes the line, and says whether it is new. */
  add({ instance, seq }: { readonly instance: string; readonly seq: number }): boolean {
    if (instance !== this.#instance) {
      this.#window = this.#windowOf(instance);
      this.#instance = instance;
    }
    return this.#window.add(seq);
  }

  #windowOf(instance: string): SeqWindow {
    let window = this.#windows.get(instance);
    if (window === undefined) {
      window = new SeqWindow();
      this.#windows.set(instance, window);
      const [oldest] = this.#windows.size > MAX_INSTANCES ? this.#windows.keys() : [];
      if (oldest !== undefined) this.#windows.delete(oldest);
    }
    return window;
  }
}
