import { candidateParents } from './candidates.ts';
import { operationOf, type Observed } from './observed.ts';

/** How far spans are shifted to see what chance does: parts of the window. */
const SHIFTS = [0.13, 0.29, 0.43, 0.61, 0.83];
/** With fewer spans of an operation, nothing can be told from chance. */
const ENOUGH = 20;
/** An operation calls another if it makes at least this share of what is left to explain. */
const LEAST_SHARE = 0.05;
/** Callers that explain this part of what the best one does are as good. */
const AS_GOOD = 0.75;
/** So often, one of a busy caller is there by chance; and always is so often. */
const BUSY = 0.9;
const ALWAYS = 0.98;
/** Callers found before are kept if they contain this share of the spans. */
const STILL_SO = 0.8;
/** So many nats against chance are enough: three standard errors. */
const SURE = 4.5;
const TINY = 1e-6;
/** An operation of which more spans than that are contained by no caller has none. */
const MOST_ROOTS = 0.5;

/** The call graph: for each operation those that call it. */
export type CallGraph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Which operations call which: those that contain the other's spans more often
 * than they would by chance. Chance is what is seen when the spans are shifted
 * against each other by parts of the window: what contains them then is no
 * cause.
 *
 * What calls an operation's caller contains its spans as well, so callers are
 * taken one after the other, each for the spans that those before it do not
 * explain: of those that explain most, first one of the same service, then the
 * one whose spans are shortest. Of two services that seem to call each other,
 * only the one with the better case is believed. What an earlier window found is
 * kept for as long as it explains the spans.
 *
 * @param before the call graph of an earlier window
 */
export function findCallGraph(
  spans: readonly Observed[],
  slackSeconds: number,
  before: CallGraph = new Map(),
): CallGraph {
  const operations = spans.map(operationOf);
  const facts = operationFacts(spans, operations);
  const seen = containing(operations, candidateParents(spans, slackSeconds, 0));
  const chanceOf = findChance(spans, operations, facts, slackSeconds);
  const childrenOf = Map.groupBy(operations.keys(), (child) => operations[child] ?? '');
  const graph = new Map<string, ReadonlyMap<string, number>>();
  for (const [operation, children] of childrenOf) {
    const known = before.get(operation);
    const isKnown = (child: number): boolean =>
      known?.keys().some((caller) => seen[child]?.has(caller) === true) ?? false;
    const knownShare = children.filter(isKnown).length / children.length;
    const explainBy = (share: ShareOf): ReadonlyMap<string, number> =>
      explain(operation, children, seen, chanceOf, facts, share);
    if (known !== undefined && knownShare >= STILL_SO) {
      graph.set(operation, new Map([...known].map((caller) => [caller, knownShare])));
    } else {
      const callers = explainBy(shareByPresence);
      graph.set(operation, callers.size > 0 ? callers : explainBy(shareByNumber));
    }
  }
  return oneWay(graph, facts);
}

interface OperationFacts {
  readonly service: string;
  spans: number;
  seconds: number;
}

function operationFacts(
  spans: readonly Observed[],
  operations: readonly string[],
): Map<string, OperationFacts> {
  const facts = new Map<string, OperationFacts>();
  for (const [index, { service, startSeconds, endSeconds }] of spans.entries()) {
    const operation = operations[index] ?? '';
    const known = facts.get(operation) ?? { service, spans: 0, seconds: 0 };
    known.spans++;
    known.seconds += endSeconds - startSeconds;
    facts.set(operation, known);
  }
  return facts;
}

/** For each span, by operation, how many spans contain it. */
function containing(
  operations: readonly string[],
  candidates: readonly (readonly number[])[],
): ReadonlyMap<string, number>[] {
  return candidates.map((parents) => {
    const counts = new Map<string, number>();
    for (const parent of parents) increment(counts, operations[parent] ?? '', 1);
    return counts;
  });
}

/** What is seen of callers around shifted spans of an operation. */
interface Chance {
  /** Share of them that are contained by one at least. */
  readonly share: number;
  /** How many contain one: on average, and at most. */
  readonly mean: number;
  readonly most: number;
}

type ChanceOf = (caller: string, operation: string) => Chance;

function findChance(
  spans: readonly Observed[],
  operations: readonly string[],
  facts: ReadonlyMap<string, OperationFacts>,
  slackSeconds: number,
): ChanceOf {
  const covered = new Map<string, number>();
  const sums = new Map<string, number>();
  const mosts = new Map<string, number>();
  for (const shift of SHIFTS) {
    const both = [...spans, ...shiftedSpans(spans, shift)].map(withoutOrder);
    const found = candidateParents(both, slackSeconds, 0)
      .slice(spans.length)
      .map((parents) => parents.filter((parent) => parent < spans.length));
    for (const [index, counts] of containing(operations, found).entries()) {
      for (const [caller, count] of counts) {
        const key = pair(caller, operations[index] ?? '');
        increment(covered, key, 1);
        increment(sums, key, count);
        mosts.set(key, Math.max(count, mosts.get(key) ?? 0));
      }
    }
  }
  return (caller, operation) => {
    const total = facts.get(operation)?.spans ?? 0;
    if (total < ENOUGH) return { share: 0, mean: 0, most: 1 };
    const key = pair(caller, operation);
    const tried = total * SHIFTS.length;
    return {
      share: Math.min((covered.get(key) ?? 0) / tried, 1 - 0.5 / total),
      mean: (sums.get(key) ?? 0) / tried,
      most: mosts.get(key) ?? 1,
    };
  };
}

/** All spans later by a part of the window; those beyond its end come back at its start. */
function shiftedSpans(spans: readonly Observed[], part: number): Observed[] {
  const from = spans.reduce((least, span) => Math.min(least, span.startSeconds), Infinity);
  const to = spans.reduce((most, span) => Math.max(most, span.endSeconds), -Infinity);
  const window = to - from;
  return spans.map((span) => {
    const late = span.startSeconds - from + part * window >= window;
    const by = part * window - (late ? window : 0);
    return { ...span, startSeconds: span.startSeconds + by, endSeconds: span.endSeconds + by };
  });
}

/** Shifted spans have no lines, so that time alone can decide. */
function withoutOrder({ order: _, ...span }: Observed): Observed {
  return span;
}

/** The callers of one operation, each with the share of its spans that it makes. */
function explain(
  operation: string,
  children: readonly number[],
  seen: readonly ReadonlyMap<string, number>[],
  chanceOf: ChanceOf,
  facts: ReadonlyMap<string, OperationFacts>,
  shareOf: ShareOf,
): ReadonlyMap<string, number> {
  const callers = new Map<string, number>();
  let left = children;
  while (left.length > 0) {
    const possible = new Set(left.flatMap((child) => [...(seen[child]?.keys() ?? [])]));
    const shares = [...possible].flatMap((caller): [string, number][] => {
      const counts = left.map((child) => seen[child]?.get(caller) ?? 0);
      const isElsewhere = facts.get(caller)?.service !== facts.get(operation)?.service;
      const share = shareOf(counts, chanceOf(caller, operation), isElsewhere);
      return share < LEAST_SHARE || callers.has(caller) ? [] : [[caller, share]];
    });
    const best = closest(operation, shares, facts);
    if (best === undefined) break;
    callers.set(best[0], (best[1] * left.length) / children.length);
    left = left.filter((child) => seen[child]?.has(best[0]) !== true);
  }
  return left.length / children.length > MOST_ROOTS ? new Map() : callers;
}

/**
 * Which share of spans a caller makes, from how many of its spans contain each;
 * 0 unless it is surely beyond chance.
 */
type ShareOf = (counts: readonly number[], chance: Chance, isElsewhere: boolean) => number;

/** By whether there is one at all. */
function shareByPresence(counts: readonly number[], { share }: Chance): number {
  const total = counts.length;
  const seen = counts.filter((count) => count > 0).length / total;
  if (total >= ENOUGH && (seen <= share || total * divergence(seen, share) < SURE)) return 0;
  return (seen - share) / (1 - share);
}

/** How much a share seen tells against one expected, in nats for each that was looked at (Kullback and Leibler's). */
function divergence(seen: number, expected: number): number {
  const term = (p: number, q: number): number => (p === 0 ? 0 : p * Math.log(p / q));
  return term(seen, Math.max(expected, TINY)) + term(1 - seen, 1 - expected);
}

/**
 * By how many there are, for callers so busy that there always is one: a span's
 * own caller is one more than chance has. Other things than calls raise such
 * numbers too, so this is for other services only, and is believed half as much.
 */
function shareByNumber(
  counts: readonly number[],
  { share, mean, most }: Chance,
  isElsewhere: boolean,
): number {
  const total = counts.length;
  const seen = counts.filter((count) => count > 0).length / total;
  if (total < ENOUGH || share < BUSY || seen < ALWAYS || !isElsewhere) return 0;
  const seenMean = counts.reduce((sum, count) => sum + count, 0) / total;
  const squares = counts.reduce((sum, count) => sum + (count - seenMean) ** 2, 0);
  if (seenMean < mean + (3 * Math.sqrt(squares)) / total) return 0;
  return Math.min(1, (seenMean - mean) / (1 - mean / (most + 1))) / 2;
}

function closest(
  operation: string,
  shares: readonly [caller: string, share: number][],
  facts: ReadonlyMap<string, OperationFacts>,
): [caller: string, share: number] | undefined {
  const most = Math.max(...shares.map(([, share]) => share));
  const meanSeconds = (caller: string): number => {
    const { seconds = 0, spans = 1 } = facts.get(caller) ?? {};
    return seconds / spans;
  };
  const far = (caller: string): number =>
    facts.get(caller)?.service === facts.get(operation)?.service ? 0 : 1;
  return shares
    .filter(([, share]) => share >= most * AS_GOOD)
    .sort(([a], [b]) => far(a) - far(b) || meanSeconds(a) - meanSeconds(b))[0];
}

/** Leaves one direction between each two services: that of the better case. */
function oneWay(
  graph: ReadonlyMap<string, ReadonlyMap<string, number>>,
  facts: ReadonlyMap<string, OperationFacts>,
): CallGraph {
  const serviceOf = (operation: string): string => facts.get(operation)?.service ?? '';
  const best = new Map<string, number>();
  for (const [operation, callers] of graph) {
    for (const [caller, share] of callers) {
      const key = pair(serviceOf(caller), serviceOf(operation));
      best.set(key, Math.max(share, best.get(key) ?? 0));
    }
  }
  const forward = (caller: string, operation: string): boolean => {
    const [from, to] = [serviceOf(caller), serviceOf(operation)];
    return from === to || (best.get(pair(from, to)) ?? 0) >= (best.get(pair(to, from)) ?? 0);
  };
  return new Map(
    [...graph].map(([operation, callers]) => [
      operation,
      new Set([...callers.keys()].filter((caller) => forward(caller, operation))),
    ]),
  );
}

const pair = (a: string, b: string): string => `${a}\u0001${b}`;

function increment(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
