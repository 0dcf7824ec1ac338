import type { Burst } from './bursts.ts';
import { MARK } from './marks.ts';
import type { Observation } from './observation.ts';
import type { SeenSpan } from './seen-span.ts';
import { likeliestSegment } from './segment.ts';
import type { TimeBins } from './time-bins.ts';

/** A burst, with the bins that it was found in. */
export interface FoundBurst extends Omit<Burst, keyof BurstTime> {
  readonly fromBin: number;
  readonly toBin: number;
}

type BurstTime = Pick<Burst, 'fromMicros' | 'toMicros' | 'seenMicros' | 'share'>;

/** What goes on for long is seen in so many bins before it too. */
const BEFORE_BINS = 60;
/** What is more than so many times the usual is the burst, however long it lasts. */
const MILD = 4;

/**
 * The exact time of a burst: from the first to the last of its spans that are
 * most likely those concerned. What they are compared with is the usual share, or
 * where that is higher the one in most of the bins of the burst and the minute
 * before, as far as it is mild: a machine that became a little slower makes what
 * happens then no longer.
 */
export function burstTime(
  observations: readonly Observation[],
  marks: Uint8Array,
  bins: TimeBins,
  burst: FoundBurst,
): BurstTime {
  const { fromBin, toBin, usualShare } = burst;
  const isMarked = markTest(burst);
  const spans: SeenSpan[] = [];
  const marked: boolean[] = [];
  const byBin = new ShareByBin();
  for (let at = bins.firstFrom(fromBin - BEFORE_BINS); at < observations.length; at++) {
    const bin = bins.at(at);
    if (bin > toBin + 1) break;
    const observation = observations[at] as Observation;
    const has = isMarked(observation, marks[at] as number);
    if (has === undefined) continue;
    byBin.add(bin, has);
    if (bin < fromBin - 1) continue;
    spans.push(observation.span);
    marked.push(has);
  }
  const lasting = Math.min(byBin.median(), MILD * usualShare);
  const usual = Math.min(0.9, Math.max(usualShare, lasting, 1e-4));
  const [first, last] = likeliestSegment(marked, usual) ?? [0, marked.length - 1];
  const concerned = spans.slice(first, last + 1).filter((_, at) => marked[first + at]);
  return {
    fromMicros: spans[first]?.startMicros ?? 0,
    toMicros: spans[last]?.startMicros ?? 0,
    seenMicros: concerned.reduce((latest, { endMicros }) => Math.max(latest, endMicros), 0),
    share: concerned.length / Math.max(1, last + 1 - first),
  };
}

/** Whether an observation has the burst's mark; undefined for one that the burst is not of. */
function markTest({
  mark,
  type,
  scope,
  of,
}: FoundBurst): (observation: Observation, marks: number) => boolean | undefined {
  return ({ key, span }, marks) => {
    if (scope !== 'all' && (scope === 'service' ? span.service : key) !== of) return undefined;
    return (marks & MARK[mark]) !== 0 && (type === undefined || span.failure?.type === type);
  };
}

/** Which share was marked, bin by bin. */
class ShareByBin {
  readonly #bins = new Map<number, { marked: number; total: number }>();

  add(bin: number, isMarked: boolean): void {
    const counts = this.#bins.get(bin) ?? { marked: 0, total: 0 };
    this.#bins.set(bin, counts);
    counts.marked += Number(isMarked);
    counts.total++;
  }

  median(): number {
    const shares = Array.from(this.#bins.values(), ({ marked, total }) => marked / total);
    return shares.sort((a, b) => a - b)[shares.length >> 1] ?? 0;
  }
}
