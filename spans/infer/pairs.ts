import { assignment } from './assignment.ts';
import { GapDensity } from './gap-density.ts';
import { contradicts, type Join } from './observed.ts';

/** A line that says where a span starts or ends, but not which span. */
export interface Mark {
  /** Starts and ends of one family are of one operation, and take alike long. */
  readonly family: string;
  /** Only marks of one group can belong together. */
  readonly group: string;
  readonly seconds: number;
  /** Position in its group's log. */
  readonly order: number;
  readonly joins: readonly Join[];
  /** Of an end that says how long it took. */
  readonly durationSeconds?: number;
  /** An end only if there is a start for it. */
  readonly optional?: boolean;
}

export interface Pairing {
  /** Index of the start; undefined for an end without one. */
  readonly start: number | undefined;
  /** 0 to 1, against all other ways. */
  readonly confidence: number;
}

/** Starts looked at for one end: the last ones before it. */
const MAX_CANDIDATES = 64;
const ROUNDS = 4;
/** What an end without a start costs, and one that says itself that it may be none. */
const LONELY = 30;
const OPTIONAL = 15;
/** However odd a duration is, an end of the right group is likelier its start's than nobody's. */
const ODDEST = 12;

/**
 * Which start belongs to which end, for all at once: one to one, each end after
 * its start, by how long such spans take, which is learned from the log itself;
 * ends that say their duration are matched by where that puts their start.
 * Gives one pairing an end, in order of `ends`.
 */
export function pairMarks(
  starts: readonly Mark[],
  ends: readonly Mark[],
  unitSeconds: number,
): Pairing[] {
  const candidates = findCandidates(starts, ends);
  const beliefs = candidates.map((indexes) => indexes.map(() => 1 / indexes.length));
  let pairings: Pairing[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const families = learn(starts, ends, candidates, beliefs, unitSeconds);
    const rows = ends.map((end, row) => {
      const family = families.get(end.family);
      return {
        choices: (candidates[row] ?? []).map((slot) => ({
          slot,
          cost: family === undefined ? 0 : family.cost(gapOf(starts[slot], end), end),
        })),
        noneCost: end.optional === true ? OPTIONAL : LONELY,
      };
    });
    pairings = assignment(rows, starts.length).map(({ slot, regrets, noneRegret }) => {
      const sum = regrets.reduce((all, regret) => all + Math.exp(-regret), Math.exp(-noneRegret));
      return { start: slot, confidence: 1 / sum };
    });
    for (const [row, indexes] of candidates.entries()) {
      beliefs[row] = indexes.map((index) => (index === pairings[row]?.start ? 1 : 0));
    }
  }
  return pairings;
}

/** For each end, the starts before it that it may belong to. */
function findCandidates(starts: readonly Mark[], ends: readonly Mark[]): readonly number[][] {
  const startsOf = Map.groupBy(starts.keys(), (index) => starts[index]?.group ?? '');
  for (const indexes of startsOf.values()) {
    indexes.sort((a, b) => (starts[a]?.order ?? 0) - (starts[b]?.order ?? 0));
  }
  return ends.map((end) => {
    const indexes = startsOf.get(end.group) ?? [];
    let to = 0;
    let high = indexes.length;
    while (to < high) {
      const middle = (to + high) >> 1;
      if ((starts[indexes[middle] ?? 0]?.order ?? 0) < end.order) to = middle + 1;
      else high = middle;
    }
    return indexes
      .slice(Math.max(0, to - MAX_CANDIDATES), to)
      .filter((index) => !contradicts(starts[index]?.joins ?? [], end.joins));
  });
}

/** How long spans of a family take, and how well their ends know it. */
class Family {
  readonly durations: GapDensity;
  readonly errors: GapDensity;

  constructor(unitSeconds: number) {
    this.durations = new GapDensity(unitSeconds);
    this.errors = new GapDensity(unitSeconds);
  }

  add(gapSeconds: number, { durationSeconds }: Mark, belief: number): void {
    this.durations.add(gapSeconds, belief);
    if (durationSeconds !== undefined) this.errors.add(gapSeconds - durationSeconds, belief);
  }

  cost(gapSeconds: number, { durationSeconds }: Mark): number {
    const log =
      durationSeconds === undefined
        ? (this.durations.log(gapSeconds) + this.durations.logNormal(gapSeconds)) / 2
        : this.errors.log(gapSeconds - durationSeconds);
    return Math.min(-log, ODDEST);
  }
}

function learn(
  starts: readonly Mark[],
  ends: readonly Mark[],
  candidates: readonly (readonly number[])[],
  beliefs: readonly (readonly number[])[],
  unitSeconds: number,
): ReadonlyMap<string, Family> {
  const families = new Map<string, Family>();
  for (const [row, end] of ends.entries()) {
    const family = families.get(end.family) ?? new Family(unitSeconds);
    families.set(end.family, family);
    for (const [at, index] of (candidates[row] ?? []).entries()) {
      const belief = beliefs[row]?.[at] ?? 0;
      if (belief > 0) family.add(gapOf(starts[index], end), end, belief);
    }
  }
  return families;
}

const gapOf = (start: Mark | undefined, end: Mark): number => end.seconds - (start?.seconds ?? 0);
