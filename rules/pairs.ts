import { matched, type Candidate, type Link, type Matched, type OtherEnd } from './matching.ts';
import type { Occurrence } from './occurrence.ts';
import { otherEnds } from './other-ends.ts';
import type { TemplateShape } from './template-shape.ts';
import { goesOn, likeness, speaksOf } from './wording.ts';

/** Two kinds of line that look like the start and the end of the same. */
export interface Pair extends Candidate {
  /** How many starts have an end. */
  readonly matched: number;
  /** Starts that came while one with the same key was under way. */
  readonly collisions: number;
  /** Kinds of lines that end the starts without such an end. */
  readonly others: readonly OtherEnd[];
}

/** Fewer lines of a kind say nothing. */
const MIN_LINES = 3;
/** A value that is in more kinds of lines than this tells none of them apart. */
const MAX_KINDS_OF_A_VALUE = 60;
/** Of the rarer of both, so many must have a partner. */
const MIN_MATCHED = 0.6;
/** Of the commoner of both too, unless their words are as much alike. */
const MIN_MATCHED_OF_ALL = 0.5;
const MIN_LIKENESS = 0.3;
const MIN_SCORE = 1;
/** A further slot is part of the key if so many pairs are still matched with it. */
const MIN_STILL_MATCHED = 0.95;

/**
 * The pairs that a log shows, each kind of line in one of them at most. What
 * counts is how many starts have an end after them with the same value, then
 * whether the words are alike, and whether they speak of begin and end.
 */
export function linkedPairs(occurrences: readonly Occurrence[]): Pair[] {
  const bySource = [...Map.groupBy(occurrences, ({ entry }) => entry.instance).values()];
  const scored = [...linkCandidates(occurrences), ...orderCandidates(occurrences)]
    .map((candidate) => {
      const match = matched(candidate, bySource);
      const score = scoreOf(candidate, match);
      const isGood = score >= MIN_SCORE;
      return {
        candidate,
        match,
        score: isGood ? score + orderScore(candidate, match, bySource) : 0,
      };
    })
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score);
  const taken = new Set<TemplateShape>();
  return scored.flatMap(({ candidate, match }) => {
    if (taken.has(candidate.start) || taken.has(candidate.end)) return [];
    taken.add(candidate.start).add(candidate.end);
    const { start, end } = candidate;
    const links = candidate.links.length === 0 ? [] : allLinks(candidate, match, bySource);
    const others = otherEnds({ start, end, links }, bySource);
    const { pairs, collisions } = matched({ start, end, links }, bySource, others);
    return [{ start, end, links, matched: pairs.length, collisions, others }];
  });
}

/** Pairs of slots in which the same values are found. */
function linkCandidates(occurrences: readonly Occurrence[]): Candidate[] {
  const shared = new Map<string, { candidate: Candidate; values: number }>();
  for (const places of placesOfValues(occurrences)) {
    if (places.length > MAX_KINDS_OF_A_VALUE) continue;
    for (const start of places) {
      for (const end of places) {
        if (start.shape === end.shape) continue;
        const id = `${start.id} ${end.id}`;
        const known = shared.get(id);
        if (known !== undefined) known.values++;
        else {
          const links = [{ start: start.slot, end: end.slot }];
          shared.set(id, { candidate: { start: start.shape, end: end.shape, links }, values: 1 });
        }
      }
    }
  }
  return [...shared.values()]
    .filter(({ candidate, values }) => values * 2 >= fewerValues(candidate))
    .map(({ candidate }) => candidate);
}

interface Place {
  readonly id: string;
  readonly shape: TemplateShape;
  readonly slot: number;
}

/** For each value that a process wrote, where it stood. Slots with one value tell nothing. */
function placesOfValues(occurrences: readonly Occurrence[]): Place[][] {
  const places = new Map<string, Map<string, Place>>();
  for (const { entry, shape, values } of occurrences) {
    if (shape.template.lines < MIN_LINES) continue;
    for (const [slot, value] of values.entries()) {
      if (value === undefined || (shape.slots[slot]?.cardinality ?? 0) < 2) continue;
      const valueId = `${entry.instance}\n${value}`;
      const here = places.get(valueId) ?? new Map<string, Place>();
      const id = `${shape.source} ${slot}`;
      places.set(valueId, here.set(id, { id, shape, slot }));
    }
  }
  return [...places.values()].map((here) => [...here.values()]);
}

function fewerValues({ start, end, links: [link] }: Candidate): number {
  const from = start.slots[link?.start ?? -1]?.cardinality ?? 0;
  const to = end.slots[link?.end ?? -1]?.cardinality ?? 0;
  return Math.min(from, to);
}

/** Kinds of lines with words in common that speak of begin and end, whatever is in their slots. */
function orderCandidates(occurrences: readonly Occurrence[]): Candidate[] {
  const shapes = [...new Set(occurrences.map(({ shape }) => shape))].filter(
    ({ template }) => template.lines >= MIN_LINES,
  );
  const ends = shapes.filter((shape) => speaksOf('end', shape.words));
  return shapes
    .filter((shape) => speaksOf('start', shape.words))
    .flatMap((start) =>
      ends
        .filter((end) => end !== start && likeness(start.words, end.words) > 0)
        .map((end) => ({ start, end, links: [] })),
    );
}

/** The links of a candidate, and the other slots that may be part of its key: with them no fewer are matched. */
function allLinks(
  { start, end, links }: Candidate,
  { pairs }: Matched,
  bySource: readonly (readonly Occurrence[])[],
): Link[] {
  let all = [...links];
  for (const [from, slot] of start.slots.entries()) {
    for (const [to, other] of end.slots.entries()) {
      if (slot.cardinality < 2 || other.cardinality < 2) continue;
      if (all.some((link) => link.start === from || link.end === to)) continue;
      const more = [...all, { start: from, end: to }];
      const still = matched({ start, end, links: more }, bySource).pairs.length;
      if (still >= MIN_STILL_MATCHED * pairs.length) all = more;
    }
  }
  return all;
}

/** At most 1 for being matched, 1 for words in common, 1 for words of begin and end; less for collisions. */
function scoreOf({ start, end, links }: Candidate, { pairs, collisions }: Matched): number {
  const [fewer, more] = [start.template.lines, end.template.lines].sort(
    (one, other) => one - other,
  );
  const share = pairs.length / (more as number);
  const alike = likeness(start.words, end.words);
  if (pairs.length < MIN_MATCHED * (fewer as number)) return 0;
  if (share < MIN_MATCHED_OF_ALL && alike < MIN_LIKENESS) return 0;
  const hints = (speaksOf('start', start.words) ? 0.5 : 0) + (speaksOf('end', end.words) ? 0.5 : 0);
  const backwards =
    (speaksOf('end', start.words) ? 0.5 : 0) + (speaksOf('start', end.words) ? 0.5 : 0);
  const tense =
    (goesOn(start.words, end.words) ? 0.5 : 0) - (goesOn(end.words, start.words) ? 0.5 : 0);
  const certainty = links.length === 0 ? 0.5 : 1 - Math.min(0.5, collisions / start.template.lines);
  return share * certainty + alike + hints - backwards + tense;
}

/** Which of the two comes first: the way round in which less time is between them. */
function orderScore(
  { start, end, links }: Candidate,
  { pairs }: Matched,
  bySource: readonly (readonly Occurrence[])[],
): number {
  const turned = links.map((link) => ({ start: link.end, end: link.start }));
  const reverse = matched({ start: end, end: start, links: turned }, bySource);
  return medianGap(pairs) <= medianGap(reverse.pairs) ? 0.25 : -0.25;
}

/** In seconds. */
function medianGap(pairs: Matched['pairs']): number {
  const gaps = pairs.map(([start, end]) => end.entry.ts - start.entry.ts);
  gaps.sort((one, other) => one - other);
  return gaps[Math.floor(gaps.length / 2)] ?? Number.POSITIVE_INFINITY;
}
