import type { SystemEvent } from '../osquery/events/system-event.ts';
import { familyOf } from './event-kinds.ts';
import { countBelow, countUpTo } from './sorted.ts';

/**
 * When somebody did something to one of these services: commanded it, ended or
 * stopped its process, took its port. Unix microseconds, in order.
 */
export function deedsTo(
  services: ReadonlySet<string>,
  events: readonly SystemEvent[],
): Float64Array {
  const isToOne = ({ about: { node, container } }: SystemEvent): boolean =>
    [node, container].some((name) => name !== undefined && services.has(name));
  const times = events
    .filter((event) => isToOne(event) && isDeed(event))
    .map(({ startTimeUnixNano }) => Number(startTimeUnixNano / 1000n));
  return Float64Array.from(times).sort();
}

function isDeed(event: SystemEvent): boolean {
  const { role, name } = familyOf(event);
  return role === 'deed' || name === 'exit';
}

/**
 * So unlikely by chance must a change be that begins with a deed: it is looked
 * for at one time instead of at any. It is looked at as long as it may last, at
 * about five lengths that tell something new, in a few series, so that hardly
 * one deed in a hundred raises a false alarm.
 */
const PROOF = 1e-3;
/** Where many deeds come one after the other, each has so much less of that. */
const RECENT_BINS = 60;

/** Deeds by the bin of time that they are in. */
export class DeedBins {
  readonly #bins: Float64Array;

  /** @param bins in order */
  constructor(bins: Float64Array) {
    this.#bins = bins;
  }

  /** The bins of deeds from one bin to another, both within, each as often as it has deeds. */
  between(from: number, to: number): Float64Array {
    return this.#bins.subarray(countBelow(this.#bins, from), countUpTo(this.#bins, to));
  }

  /** How unlikely by chance a change must be that begins with a deed in this bin. */
  proof(bin: number): number {
    return PROOF / Math.max(1, this.between(bin - RECENT_BINS, bin).length);
  }
}
