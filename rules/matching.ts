import type { Occurrence } from './occurrence.ts';
import type { TemplateShape } from './template-shape.ts';

/** Two kinds of line that may be start and end. */
export interface Candidate {
  readonly start: TemplateShape;
  readonly end: TemplateShape;
  /** Slots that have the same values in both; none if only their order joins them. */
  readonly links: readonly Link[];
}

/** Slots, by index. */
export interface Link {
  readonly start: number;
  readonly end: number;
}

/** A kind of line that ends starts without the usual end. */
export interface OtherEnd {
  readonly shape: TemplateShape;
  /** One of the pair's slots, and where this line has it; the same slot for all. */
  readonly link: Link;
  readonly failed: boolean;
}

export interface Matched {
  readonly pairs: readonly (readonly [start: Occurrence, end: Occurrence])[];
  readonly unmatched: ReadonlySet<Occurrence>;
  readonly collisions: number;
}

/** Goes through the log and joins each end to the newest start before it with the same values: an older one has lost its own. */
export function matched(
  { start, end, links }: Candidate,
  bySource: readonly (readonly Occurrence[])[],
  others: readonly OtherEnd[] = [],
): Matched {
  const pairs: [Occurrence, Occurrence][] = [];
  const unmatched = new Set<Occurrence>();
  let collisions = 0;
  for (const occurrences of bySource) {
    const open = new Map<string, Occurrence[]>();
    for (const occurrence of occurrences) {
      const { shape, values } = occurrence;
      const other = others.find((other) => other.shape === shape);
      if (other !== undefined) {
        for (const waiting of open.values()) {
          const at = waiting.findLastIndex(
            (one) => one.values[other.link.start] === values[other.link.end],
          );
          if (at === -1) continue;
          unmatched.delete(waiting[at] as Occurrence);
          waiting.splice(at, 1);
          break;
        }
      }
      if (shape !== start && shape !== end) continue;
      const key = keyOf(occurrence, links, shape === start ? 'start' : 'end');
      if (key === undefined) continue;
      const waiting = open.get(key) ?? [];
      if (shape === start) {
        if (waiting.length > 0) collisions++;
        waiting.push(occurrence);
        open.set(key, waiting);
        unmatched.add(occurrence);
      } else {
        const newest = waiting.pop();
        if (newest === undefined) continue;
        unmatched.delete(newest);
        pairs.push([newest, occurrence]);
      }
    }
  }
  return { pairs, unmatched, collisions };
}

function keyOf(
  { values }: Occurrence,
  links: readonly Link[],
  side: 'start' | 'end',
): string | undefined {
  let key = '';
  for (const link of links) {
    const value = values[link[side]];
    if (value === undefined) return undefined;
    key += `${value}\n`;
  }
  return key;
}
