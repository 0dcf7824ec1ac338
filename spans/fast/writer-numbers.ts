import { Buffer } from 'node:buffer';
import { Literal } from './literal.ts';
import { ENVELOPE, type LinePlan } from './line-plan.ts';
import { LINE_MARKS } from './marks.ts';
import type { WriterJson } from './writer.ts';

/** So many writers are looked at before the others: lines of one writer mostly come in runs. */
const MAX_RECENT = 8;

/** Numbers the writers of lines, as they come, from 0. */
export class WriterNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #recent: { readonly json: Literal; readonly number: number }[] = [];
  #new: WriterJson[] = [];

  get size(): number {
    return this.#numbers.size;
  }

  /** Of the line whose marks begin at `mark`. */
  number({ gaps }: LinePlan, bytes: DataView, marks: Int32Array, mark: number): number {
    const { node, instance } = ENVELOPE;
    const endOf = (value: number): number => marks[mark + LINE_MARKS + value] as number;
    const startOf = (value: number): number => endOf(value - 1) + (gaps[value] as number);
    const from = startOf(node);
    const to = endOf(instance);
    for (const { json, number } of this.#recent) {
      if (json.isAll(bytes, from, to)) return number;
    }
    const text = (start: number, end: number): Buffer =>
      Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    const json = new Literal(text(from, to));
    const key = text(from, to).toString();
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(key, number);
      this.#new.push({
        node: text(from, endOf(node)).toString(),
        instance: text(startOf(instance), to).toString(),
      });
    }
    if (this.#recent.unshift({ json, number }) > MAX_RECENT) this.#recent.pop();
    return number;
  }

  /** Those that have been numbered since the last time. */
  takeNew(): WriterJson[] {
    const taken = this.#new;
    this.#new = [];
    return taken;
  }
}
