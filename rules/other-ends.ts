import { matched, type Candidate, type Link, type OtherEnd } from './matching.ts';
import type { Occurrence } from './occurrence.ts';
import type { TemplateShape } from './template-shape.ts';
import { likeness } from './wording.ts';

/** Another end follows so many of the starts without an end, and few of the others. */
const MIN_FAILED = 0.15;
const MAX_NOT_FAILED = 0.1;
/** Where fewer of the starts have no end, nothing is missing. */
const MIN_WITHOUT_END = 0.1;
const MIN_LIKENESS_OF_ENDS = 0.5;
const MAX_OTHER_ENDS = 4;
/** In pino's numbers. */
const WARN = 40;

/**
 * Of a pair in which many starts have no end: kinds of lines with the same value
 * that come after those and not between a start and its end. They are grave, or
 * have the words of the end.
 */
export function otherEnds(
  candidate: Candidate,
  bySource: readonly (readonly Occurrence[])[],
): OtherEnd[] {
  const { start, end } = candidate;
  const others: OtherEnd[] = [];
  while (others.length < MAX_OTHER_ENDS) {
    // All go by the same value.
    const links = others[0] === undefined ? candidate.links : [others[0].link];
    const { unmatched } = matched(candidate, bySource, others);
    if (unmatched.size < MIN_WITHOUT_END * start.template.lines) break;
    const [best] = links
      .flatMap((link) => [...followers(candidate, link, bySource)])
      .filter(({ shape, level }) => {
        return level >= WARN || likeness(shape.words, end.words) >= MIN_LIKENESS_OF_ENDS;
      })
      .map((follower) => ({
        ...follower,
        share: follower.starts.intersection(unmatched).size / unmatched.size,
        wrong: follower.inPairs / follower.starts.size,
      }))
      .filter(({ shape, share, wrong }) => {
        const isNew = !others.some((other) => other.shape === shape);
        return isNew && share >= MIN_FAILED && wrong <= MAX_NOT_FAILED;
      })
      .sort((one, other) => other.share - one.share);
    if (best === undefined) break;
    const { shape, link, level } = best;
    others.push({ shape, link, failed: level >= WARN });
  }
  return others;
}

interface Follower {
  readonly shape: TemplateShape;
  readonly link: Link;
  readonly level: number;
  /** After which starts such a line came. */
  readonly starts: Set<Occurrence>;
  /** How many of them had their end after it. */
  inPairs: number;
}

/** What comes after the starts of a candidate and before their ends, with the value of the link. */
function followers(
  { start, end }: Candidate,
  link: Link,
  bySource: readonly (readonly Occurrence[])[],
): Iterable<Follower> {
  const seen = new Map<string, Follower>();
  for (const occurrences of bySource) {
    const open = new Map<string, { start: Occurrence; followers: Set<Follower> }>();
    for (const occurrence of occurrences) {
      const { shape, values, level } = occurrence;
      if (shape === start) {
        const value = values[link.start];
        if (value !== undefined) open.set(value, { start: occurrence, followers: new Set() });
      } else if (shape === end) {
        const value = values[link.end] ?? '';
        for (const follower of open.get(value)?.followers ?? []) follower.inPairs++;
        open.delete(value);
      } else {
        for (const [slot, value] of values.entries()) {
          const before = value === undefined ? undefined : open.get(value);
          if (before === undefined) continue;
          const id = `${shape.source} ${slot}`;
          const follower = seen.get(id) ?? {
            shape,
            link: { start: link.start, end: slot },
            level,
            starts: new Set(),
            inPairs: 0,
          };
          seen.set(id, follower);
          follower.starts.add(before.start);
          before.followers.add(follower);
        }
      }
    }
  }
  return seen.values();
}
