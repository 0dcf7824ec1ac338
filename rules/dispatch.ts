import { lens } from '../log/lens.ts';
import type { Alternative } from './compile.ts';
import type { Line } from './scope.ts';
import { textOf } from './value.ts';

/**
 * The alternatives of one state, in their order, and the way to the few that a
 * line can be read by: by the value at the place that most of them compare with
 * one, then by the text that a message must have in it.
 */
export class Dispatch {
  readonly alternatives: readonly Alternative[];
  readonly #look: ((line: Line) => string) | undefined;
  readonly #byValue = new Map<string, readonly Alternative[]>();
  /** Those that compare nothing there. */
  readonly #others: readonly Alternative[];

  constructor(alternatives: readonly Alternative[]) {
    this.alternatives = alternatives;
    const place = commonPlace(alternatives);
    this.#others = alternatives.filter(({ equal }) => place === undefined || !equal.has(place));
    if (place === undefined) return;
    const look = lens(place);
    this.#look = ({ entry }) => textOf(look(entry));
    for (const value of new Set(alternatives.map(({ equal }) => equal.get(place)))) {
      if (value === undefined) continue;
      const here = alternatives.filter(({ equal }) => (equal.get(place) ?? value) === value);
      this.#byValue.set(value, here);
    }
  }

  /** Those that may read this line; what their patterns say has still to be asked. */
  candidates(line: Line): readonly Alternative[] {
    if (this.#look === undefined) return this.#others;
    return this.#byValue.get(this.#look(line)) ?? this.#others;
  }
}

/** The place that most alternatives compare with a value. */
function commonPlace(alternatives: readonly Alternative[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { equal } of alternatives) {
    for (const place of equal.keys()) counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}
