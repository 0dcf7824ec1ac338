import { childrenOf, type Edge, type ParentLink } from './edge.ts';
import { LocalDelay } from './local-delay.ts';
import { operationOf, type Observed } from './observed.ts';

/** The times around a call, in seconds. */
export interface Gaps {
  /** What comes before the call: its relation, and the caller's call before it. */
  readonly context: string;
  /** From the caller's call before, or its start, to the start of the call. */
  readonly start: number;
  /** From the end of the call to the caller's next call, or its end. */
  readonly end: number;
}

/** The delays of calls, as the links of the round before have them. */
export class Delays {
  readonly #spans: readonly Observed[];
  /** By parent, its calls in the order of their starts, and of their ends. */
  readonly #byStart: readonly (readonly number[])[];
  readonly #byEnd: readonly (readonly number[])[];
  readonly #local: ReadonlyMap<string, { readonly start: LocalDelay; readonly end: LocalDelay }>;

  /** @param edges those that are linked */
  constructor(spans: readonly Observed[], links: readonly ParentLink[], edges: readonly Edge[]) {
    this.#spans = spans;
    const calls = childrenOf(links);
    this.#byStart = calls.map((indexes) =>
      indexes.toSorted((a, b) => this.#start(a) - this.#start(b)),
    );
    this.#byEnd = calls.map((indexes) => indexes.toSorted((a, b) => this.#end(a) - this.#end(b)));
    const linked = edges.map((edge) => ({
      ...edge,
      gaps: this.around(edge),
      ...this.#times(edge),
    }));
    this.#local = new Map(
      [...Map.groupBy(linked, ({ relation }) => relation)].map(([relation, alike]) => [
        relation,
        {
          start: new LocalDelay(
            alike.map((call) => ({
              index: call.child,
              atSeconds: call.startSeconds,
              delaySeconds: call.gaps.start,
            })),
          ),
          end: new LocalDelay(
            alike.map((call) => ({
              index: call.child,
              atSeconds: call.endSeconds,
              delaySeconds: call.gaps.end,
            })),
          ),
        },
      ]),
    );
  }

  around({ child, parent, relation }: Edge): Gaps {
    const call = this.#span(child);
    const caller = this.#span(parent);
    const before = lastUpTo(
      this.#byEnd[parent] ?? [],
      child,
      (index) => this.#end(index) <= call.startSeconds,
    );
    const after = firstFrom(
      this.#byStart[parent] ?? [],
      child,
      (index) => this.#start(index) >= call.endSeconds,
    );
    const from = Math.max(
      caller.startSeconds,
      before === undefined ? -Infinity : this.#end(before),
    );
    const to = Math.min(caller.endSeconds, after === undefined ? Infinity : this.#start(after));
    const isFirst = before === undefined || this.#end(before) < caller.startSeconds;
    return {
      context: isFirst ? relation : `${relation}\u0001${operationOf(this.#span(before))}`,
      start: call.startSeconds - from,
      end: to - call.endSeconds,
    };
  }

  /** The same, less what such calls have at the time. */
  beyondOthers(edge: Edge, { context, start, end }: Gaps): Gaps {
    const local = this.#local.get(edge.relation);
    const { startSeconds, endSeconds } = this.#times(edge);
    return {
      context,
      start: start - (local?.start.around(startSeconds, edge.child) ?? 0),
      end: end - (local?.end.around(endSeconds, edge.child) ?? 0),
    };
  }

  #times({ child }: Edge): Pick<Observed, 'startSeconds' | 'endSeconds'> {
    const { startSeconds, endSeconds } = this.#span(child);
    return { startSeconds, endSeconds };
  }

  #start(index: number): number {
    return this.#span(index).startSeconds;
  }

  #end(index: number): number {
    return this.#span(index).endSeconds;
  }

  #span(index: number): Observed {
    const span = this.#spans[index];
    if (span === undefined) throw new RangeError(`no span ${index}`);
    return span;
  }
}

/** The last of those that hold, all of which come first, but for one. */
function lastUpTo(
  indexes: readonly number[],
  but: number,
  holds: (index: number) => boolean,
): number | undefined {
  const end = firstPlace(indexes, (index) => !holds(index));
  return indexes[end - 1] === but ? indexes[end - 2] : indexes[end - 1];
}

/** The first of those that hold, all of which come last, but for one. */
function firstFrom(
  indexes: readonly number[],
  but: number,
  holds: (index: number) => boolean,
): number | undefined {
  const start = firstPlace(indexes, holds);
  return indexes[start] === but ? indexes[start + 1] : indexes[start];
}

/** Where what holds begins; by halving. */
function firstPlace(indexes: readonly number[], holds: (index: number) => boolean): number {
  let low = 0;
  let high = indexes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(indexes[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
