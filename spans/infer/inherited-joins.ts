import { childrenOf, type ParentLink } from './edge.ts';
import type { Join, Observed } from './observed.ts';

/** Generations that values are inherited over. */
const MAX_GENERATIONS = 4;

/** The values that spans have by themselves and by their families, as the links have them. */
export class InheritedJoins {
  readonly #spans: readonly Observed[];
  readonly #links: readonly ParentLink[];
  readonly #children: readonly (readonly number[])[];

  constructor(spans: readonly Observed[], links: readonly ParentLink[]) {
    this.#spans = spans;
    this.#links = links;
    this.#children = childrenOf(links);
  }

  /** Its own values, and those that its ancestors have of other names. */
  fromAbove(index: number, generations = MAX_GENERATIONS): readonly Join[] {
    const own = this.#own(index);
    const parent = this.#links[index]?.parent;
    if (parent === undefined || generations === 0) return own;
    return withOthers(own, this.fromAbove(parent, generations - 1));
  }

  /** Its own values, and those that its descendants have of other names. */
  fromBelow(index: number, generations = MAX_GENERATIONS): readonly Join[] {
    const own = this.#own(index);
    const children = this.#children[index] ?? [];
    if (children.length === 0 || generations === 0) return own;
    return withOthers(
      own,
      children.flatMap((child) => this.fromBelow(child, generations - 1)),
    );
  }

  #own(index: number): readonly Join[] {
    return this.#spans[index]?.joins ?? [];
  }
}

function withOthers(own: readonly Join[], inherited: readonly Join[]): readonly Join[] {
  const others = inherited.filter(({ name }) => own.every((join) => join.name !== name));
  return others.length === 0 ? own : [...own, ...others];
}
