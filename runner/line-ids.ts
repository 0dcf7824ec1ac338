import type { LogEntry } from '../log/entry.ts';

/** Which template each line of a file has, in four bytes a line; lines from 1, and 0 for one without. */
export class LineIds {
  lines = 0;
  #ids = new Int32Array(64 * 1024);

  add({ source, text }: LogEntry, id: number): void {
    const first = source?.line ?? this.lines + 1;
    const last = first + (source === undefined ? 1 : text.split('\n').length) - 1;
    while (last >= this.#ids.length) {
      const longer = new Int32Array(this.#ids.length * 2);
      longer.set(this.#ids);
      this.#ids = longer;
    }
    this.#ids.fill(id, first, last + 1);
    this.lines = Math.max(this.lines, last);
  }

  of(line: number): number {
    return this.#ids[line] as number;
  }
}
