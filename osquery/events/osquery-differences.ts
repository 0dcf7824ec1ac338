import type { LineRef } from './event.ts';
import type { Fact, Interval } from './observation.ts';

/** A fact that a row tells, and how it came. */
export interface Difference {
  readonly fact: Fact & { readonly interval: Interval };
  readonly isAdded: boolean;
  readonly line: LineRef;
}

/** The rows of an answer come together, in one post or in a few; so many seconds later all have come. */
const SETTLE_SECONDS = 1;
/** When more are waiting none does any more. */
const MAX_WAITING = 5_000;

interface Answer {
  readonly dueSeconds: number;
  readonly differences: Difference[];
}

/**
 * Keeps what the rows of an answer tell until all have come: a row of which
 * something has changed is removed and added, so that a process that got another
 * name would seem to have ended and started.
 */
export class OsqueryDifferences {
  /** By query and time, in their order. */
  readonly #answers = new Map<string, Answer>();
  #waiting = 0;
  /** From when on there is something to `settle`; in Unix seconds. */
  dueSeconds = Infinity;

  add(answer: string, nowSeconds: number, difference: Difference): void {
    const known = this.#answers.get(answer) ?? {
      dueSeconds: nowSeconds + SETTLE_SECONDS,
      differences: [],
    };
    known.differences.push(difference);
    this.#answers.set(answer, known);
    this.#waiting++;
    this.dueSeconds = this.#waiting > MAX_WAITING ? 0 : Math.min(this.dueSeconds, known.dueSeconds);
  }

  /** What was really added or removed, of the answers that are complete by now. */
  settle(nowSeconds: number): Difference[] {
    const settled: Difference[] = [];
    const isFull = this.#waiting > MAX_WAITING;
    for (const [key, { dueSeconds, differences }] of this.#answers) {
      if (dueSeconds > nowSeconds && !isFull) continue;
      this.#answers.delete(key);
      this.#waiting -= differences.length;
      settled.push(...withoutChanged(differences));
    }
    const [next] = this.#answers.values();
    this.dueSeconds = next?.dueSeconds ?? Infinity;
    return settled;
  }
}

function withoutChanged(differences: readonly Difference[]): Difference[] {
  const names = (isAdded: boolean): ReadonlySet<string> =>
    new Set(differences.filter((one) => one.isAdded === isAdded).map(nameOf));
  const [added, removed] = [names(true), names(false)];
  return differences.filter((one) => !(added.has(nameOf(one)) && removed.has(nameOf(one))));
}

/** `process 4711`: what it happened to, whatever happened. */
const nameOf = ({ fact: { kind, of } }: Difference): string => `${kind.split('.', 1)[0]} ${of}`;
