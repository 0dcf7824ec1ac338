import { Buffer } from 'node:buffer';
import { Literal } from './literal.ts';
import { ENVELOPE, type LinePlan } from './line-plan.ts';
import { valueEnd, valueStart } from './marks.ts';
import type { WriterJson } from './writer.ts';

/** So many writers are looked at before the others: lines of one writer mostly come in runs. */
const MAX_RECENT = 8;

interface Recent {
  readonly json: Literal;
  readonly number: number;
}

/** Numbers the writers of lines, as they come, from 0. */
export class WriterNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #recent: Recent[] = [];
  #new: WriterJson[] = [];

  get size(): number {
    return this.#numbers.size;
  }

  /** Of the line whose marks begin at `mark`. */
  number({ gaps }: LinePlan, bytes: DataView, marks: Int32Array, mark: number): number {
    const from = valueStart(gaps, marks, mark, ENVELOPE.node);
    const to = valueEnd(marks, mark, ENVELOPE.instance);
    for (let index = 0; index < this.#recent.length; index++) {
      const { json, number } = this.#recent[index] as Recent;
      if (json.isAll(bytes, from, to)) return number;
    }
    const nodeTo = valueEnd(marks, mark, ENVELOPE.node);
    const instanceFrom = valueStart(gaps, marks, mark, ENVELOPE.instance);
    const number = this.#numberOf({
      node: bytesOf(bytes, from, nodeTo).toString(),
      instance: bytesOf(bytes, instanceFrom, to).toString(),
    });
    this.#recent.unshift({ json: new Literal(bytesOf(bytes, from, to)), number });
    if (this.#recent.length > MAX_RECENT) this.#recent.pop();
    return number;
  }

  /** Those that have been numbered since the last time. */
  takeNew(): WriterJson[] {
    const taken = this.#new;
    this.#new = [];
    return taken;
  }

  #numberOf(writer: WriterJson): number {
    const key = `"${writer.node}" "${writer.instance}"`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(key, number);
      this.#new.push(writer);
    }
    return number;
  }
}

const bytesOf = ({ buffer, byteOffset }: DataView, from: number, to: number): Buffer =>
  Buffer.from(buffer, byteOffset + from, to - from);
