import { assignment, type Choice } from './infer/assignment.ts';
import { parentsOf } from './parents.ts';
import { serviceName } from './service-name.ts';
import type { Span } from './span.ts';

export type MatchBy = 'auto' | 'ids' | 'shape';

export interface Match {
  readonly by: 'ids' | 'shape';
  /** Each true span at most once, and each rebuilt one. */
  readonly pairs: readonly (readonly [real: Span, found: Span])[];
}

/** Spans of one service that are looked at for one: those that start next to it, on each side. */
const NEIGHBOURS = 48;
/** Times are compared in this unit: what clocks of logs can tell apart, in seconds. */
const UNIT_SECONDS = 0.005;
const COST = { name: 6, kind: 2, attributes: 4, relatives: 2 };
/** Spans that differ by more than that are not the same. */
const MOST = 14;
const ROUNDS = 3;

/** Which rebuilt span is which true one. See `compareSpans`. */
export function matchSpans(truth: readonly Span[], rebuilt: readonly Span[], by: MatchBy): Match {
  const withIds = by === 'shape' ? [] : matchIds(truth, rebuilt);
  if (by === 'ids' || withIds.length > 0) return { by: 'ids', pairs: withIds };
  return { by: 'shape', pairs: matchShapes(truth, rebuilt) };
}

function matchIds(truth: readonly Span[], rebuilt: readonly Span[]): [Span, Span][] {
  const found = new Map(rebuilt.map((span) => [span.traceId + span.spanId, span]));
  return truth.flatMap((real): [Span, Span][] => {
    const key = real.traceId + real.spanId;
    const span = found.get(key);
    found.delete(key); // an id that is there twice is the same span once
    return span === undefined ? [] : [[real, span]];
  });
}

/**
 * Service by service, one to one, for the least difference of all together.
 * Spans that nothing tells apart, as they do the same at the same time, are told
 * apart by what they belong to: another round prefers spans whose parents and
 * children were matched with each other.
 */
function matchShapes(truth: readonly Span[], rebuilt: readonly Span[]): [Span, Span][] {
  const foundOf = Map.groupBy(rebuilt, serviceName);
  const services = [...Map.groupBy(truth, serviceName)].map(([service, real]) => ({
    rows: real.map(timed),
    slots: (foundOf.get(service) ?? []).map(timed).sort((a, b) => a.start - b.start),
  }));
  const around = new Map([...relativesOf(truth), ...relativesOf(rebuilt)]);
  let pairs: [Span, Span][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const matched = new Map(pairs);
    const agreement = (real: Span, found: Span): number => {
      const theirs = around.get(found);
      const ours = around.get(real)?.filter((span) => {
        const other = matched.get(span);
        return other !== undefined && theirs?.includes(other);
      });
      return (ours?.length ?? 0) / Math.max(1, theirs?.length ?? 0);
    };
    pairs = services.flatMap(({ rows, slots }) => matchService(rows, slots, agreement));
  }
  return pairs;
}

type Agreement = (real: Span, found: Span) => number;

/** Of each span its parent and children. */
function relativesOf(spans: readonly Span[]): Map<Span, readonly Span[]> {
  const relatives = new Map(spans.map((span) => [span, [] as Span[]]));
  for (const [child, parent] of parentsOf(spans)) {
    relatives.get(child)?.push(parent);
    relatives.get(parent)?.push(child);
  }
  return relatives;
}

interface Timed {
  readonly span: Span;
  readonly start: number;
  readonly end: number;
}

/** A double keeps the microseconds of Unix seconds, and no more is needed here. */
function timed(span: Span): Timed {
  return {
    span,
    start: Number(span.startTimeUnixNano) / 1e9,
    end: Number(span.endTimeUnixNano) / 1e9,
  };
}

function matchService(
  truth: readonly Timed[],
  slots: readonly Timed[],
  agreement: Agreement,
): [Span, Span][] {
  const rows = truth.map((real) => ({
    choices: choicesOf(real, slots, agreement),
    noneCost: MOST,
  }));
  return assignment(rows, slots.length).flatMap(({ slot }, row): [Span, Span][] => {
    const found = slot === undefined ? undefined : slots[slot]?.span;
    const real = truth[row]?.span;
    return found === undefined || real === undefined ? [] : [[real, found]];
  });
}

function choicesOf(real: Timed, slots: readonly Timed[], agreement: Agreement): Choice[] {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slots[middle]?.start ?? 0) < real.start) low = middle + 1;
    else high = middle;
  }
  const from = Math.max(0, low - NEIGHBOURS);
  return slots.slice(from, low + NEIGHBOURS).flatMap((found, index) => {
    const cost = difference(real, found);
    if (cost >= MOST) return [];
    return [{ slot: from + index, cost: cost - COST.relatives * agreement(real.span, found.span) }];
  });
}

function difference(real: Timed, found: Timed): number {
  const seconds = Math.abs(real.start - found.start) + Math.abs(real.end - found.end);
  const unit = UNIT_SECONDS + 0.05 * (real.end - real.start);
  return (
    seconds / unit +
    (real.span.name === found.span.name ? 0 : COST.name) +
    (real.span.kind === found.span.kind ? 0 : COST.kind) +
    COST.attributes * differingShare(real.span.attributes, found.span.attributes)
  );
}

/** Of the attributes that both have, the share that differs. */
function differingShare(a: Span['attributes'], b: Span['attributes']): number {
  const common = Object.keys(a).filter((key) => Object.hasOwn(b, key));
  if (common.length === 0) return 0;
  const different = common.filter((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]));
  return different.length / common.length;
}
