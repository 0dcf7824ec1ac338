import { matchSpans, type MatchBy } from './match-spans.ts';
import { parentsOf } from './parents.ts';
import { serviceName } from './service-name.ts';
import type { Span } from './span.ts';

/** Times that differ by less are equal: Jaeger keeps microseconds. */
const SAME_NANOS = 1_000n;
const EXAMPLES = 5;

/** How well rebuilt spans are the true ones. Shares are 0 to 1, and 1 where there is nothing to be right about. */
export interface Comparison {
  /** Whether there is no difference at all. */
  readonly equal: boolean;
  readonly by: 'ids' | 'shape';
  readonly spans: Rates & {
    readonly true: number;
    readonly rebuilt: number;
    readonly matched: number;
  };
  /** Of the links from a span to its parent. */
  readonly parents: Rates & {
    readonly true: number;
    readonly rebuilt: number;
    readonly right: number;
    /** Share of the matched spans whose parent is the nearest true ancestor that was found, or that rightly have none. */
    readonly nearestRight: number;
  };
  readonly traces: {
    readonly true: number;
    readonly rebuilt: number;
    /** With all their spans, each below its true parent, and no other span. */
    readonly right: number;
    /** The same for what was found of them, by nearest ancestors. */
    readonly rightOfFound: number;
  };
  /** Matched spans that differ in this. */
  readonly differing: Readonly<Record<'name' | 'kind' | 'service' | 'status', number>>;
  /** Of matched spans, without sign. */
  readonly startErrorMicros: Errors;
  readonly endErrorMicros: Errors;
  /** True spans that were not found, and rebuilt ones that there were none of: how many, and the first few. */
  readonly lost: Examples;
  readonly invented: Examples;
  /** Matched spans with another parent than the nearest true ancestor found. */
  readonly misplaced: Examples;
}

interface Rates {
  readonly precision: number;
  readonly recall: number;
}

interface Errors {
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

interface Examples {
  readonly count: number;
  readonly examples: readonly Span[];
}

/**
 * Compares rebuilt spans with the true ones. They are matched by their ids or,
 * as logs without ids have none to compare, by service, name and time; `auto`
 * takes ids if any is in both.
 */
export function compareSpans(
  truth: readonly Span[],
  rebuilt: readonly Span[],
  by: MatchBy = 'auto',
): Comparison {
  const match = matchSpans(truth, rebuilt, by);
  const pairs = new Map(match.pairs);
  const trueOf = new Map([...pairs].map(([real, found]) => [found, real]));
  const trueParents = parentsOf(truth);
  const rebuiltParents = parentsOf(rebuilt);
  const nearest = (span: Span): Span | undefined => {
    let parent = trueParents.get(span);
    for (let depth = 0; parent !== undefined && !pairs.has(parent); depth++) {
      parent = depth < truth.length ? trueParents.get(parent) : undefined;
    }
    return parent;
  };
  const isNearest = ([real, found]: readonly [Span, Span]): boolean => {
    const parent = rebuiltParents.get(found);
    const expected = nearest(real);
    if (parent === undefined) return expected === undefined && found.parentSpanId === undefined;
    return expected !== undefined && trueOf.get(parent) === expected;
  };
  const isRight = ([real, found]: readonly [Span, Span]): boolean => {
    const parent = rebuiltParents.get(found);
    return parent !== undefined && trueOf.get(parent) === trueParents.get(real);
  };
  const all = [...pairs];
  const right = all.filter(isRight).length;
  const misplaced = all.filter((pair) => !isNearest(pair)).map(([, found]) => found);
  const lost = truth.filter((span) => !pairs.has(span));
  const invented = rebuilt.filter((span) => !trueOf.has(span));
  const traces = compareTraces(truth, rebuilt, { pairs, trueOf, misplaced: new Set(misplaced) });
  const differing = {
    name: count(all, ([real, found]) => real.name !== found.name),
    kind: count(all, ([real, found]) => real.kind !== found.kind),
    service: count(all, ([real, found]) => serviceName(real) !== serviceName(found)),
    status: count(all, ([real, found]) => real.status.code !== found.status.code),
  };
  const startErrors = all.map(([real, found]) =>
    gap(real.startTimeUnixNano, found.startTimeUnixNano),
  );
  const endErrors = all.map(([real, found]) => gap(real.endTimeUnixNano, found.endTimeUnixNano));
  return {
    equal:
      lost.length + invented.length + misplaced.length === 0 &&
      Object.values(differing).every((number) => number === 0) &&
      [...startErrors, ...endErrors].every((error) => error < SAME_NANOS),
    by: match.by,
    spans: {
      true: truth.length,
      rebuilt: rebuilt.length,
      matched: all.length,
      precision: share(all.length, rebuilt.length),
      recall: share(all.length, truth.length),
    },
    parents: {
      true: trueParents.size,
      rebuilt: count(rebuilt, ({ parentSpanId }) => parentSpanId !== undefined),
      right,
      precision: share(
        right,
        count(rebuilt, ({ parentSpanId }) => parentSpanId !== undefined),
      ),
      recall: share(right, trueParents.size),
      nearestRight: share(all.length - misplaced.length, all.length),
    },
    traces,
    differing,
    startErrorMicros: errorsOf(startErrors),
    endErrorMicros: errorsOf(endErrors),
    lost: examplesOf(lost),
    invented: examplesOf(invented),
    misplaced: examplesOf(misplaced),
  };
}

function compareTraces(
  truth: readonly Span[],
  rebuilt: readonly Span[],
  {
    pairs,
    trueOf,
    misplaced,
  }: {
    pairs: ReadonlyMap<Span, Span>;
    trueOf: ReadonlyMap<Span, Span>;
    misplaced: ReadonlySet<Span>;
  },
): Comparison['traces'] {
  const trueTraces = Map.groupBy(truth, ({ traceId }) => traceId);
  const rebuiltTraces = Map.groupBy(rebuilt, ({ traceId }) => traceId);
  let right = 0;
  let rightOfFound = 0;
  for (const [traceId, spans] of trueTraces) {
    const found = spans.flatMap((span) => pairs.get(span) ?? []);
    const ids = new Set(found.map((span) => span.traceId));
    const [id = ''] = ids;
    const others = (rebuiltTraces.get(id) ?? []).some(
      (span) => trueOf.get(span)?.traceId !== traceId,
    );
    if (ids.size !== 1 || others || found.some((span) => misplaced.has(span))) continue;
    rightOfFound++;
    if (found.length === spans.length) right++;
  }
  return { true: trueTraces.size, rebuilt: rebuiltTraces.size, right, rightOfFound };
}

function errorsOf(nanos: readonly bigint[]): Errors {
  const sorted = nanos.map((error) => Number(error) / 1000).sort((a, b) => a - b);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  return { median: at(0.5), p95: at(0.95), max: at(1) };
}

function gap(a: string, b: string): bigint {
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -difference : difference;
}

function examplesOf(spans: readonly Span[]): Examples {
  return { count: spans.length, examples: spans.slice(0, EXAMPLES) };
}

function count<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  return items.reduce((sum, item) => sum + Number(holds(item)), 0);
}

const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
