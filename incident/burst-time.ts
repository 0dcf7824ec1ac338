import type { Burst } from './bursts.ts';
import { MARK } from './marks.ts';
import type { Observation } from './observation.ts';
import { likeliestSegment } from './segment.ts';
import type { Stretch } from './stretch.ts';
import type { TimeBins } from './time-bins.ts';

/** A burst, with the bins that it was found in. */
export interface FoundBurst extends Omit<Burst, keyof Stretch> {
  readonly fromBin: number;
  readonly toBin: number;
}

/** What was usual just before is seen in so many bins. */
const BEFORE_BINS = 60;

/**
 * The exact time of a burst: from the first to the last of its spans that are
 * most likely those concerned. What they are compared with is the usual share,
 * or that of the minute before where it is higher: a process that was just
 * started is slower for a while, and would make the burst begin with itself.
 */
export function burstTime(
  observations: readonly Observation[],
  marks: Uint8Array,
  bins: TimeBins,
  burst: FoundBurst,
): Stretch {
  const { fromBin, toBin, usualShare } = burst;
  const isMarked = markTest(burst);
  const starts: number[] = [];
  const marked: boolean[] = [];
  const before = new ShareByBin();
  for (let at = bins.firstFrom(fromBin - BEFORE_BINS); at < observations.length; at++) {
    const bin = bins.at(at);
    if (bin > toBin + 1) break;
    const observation = observations[at] as Observation;
    const has = isMarked(observation, marks[at] as number);
    if (has === undefined) continue;
    if (bin < fromBin - 1) {
      before.add(bin, has);
      continue;
    }
    starts.push(observation.span.startMicros);
    marked.push(has);
  }
  const usual = Math.min(0.9, Math.max(usualShare, before.median(), 1e-4));
  const [first, last] = likeliestSegment(marked, usual) ?? [0, marked.length - 1];
  return { fromMicros: starts[first] ?? 0, toMicros: starts[last] ?? 0 };
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

  /** Other bursts may be among the bins; less than half of them, and they do not count. */
  median(): number {
    const shares = Array.from(this.#bins.values(), ({ marked, total }) => marked / total);
    return shares.sort((a, b) => a - b)[shares.length >> 1] ?? 0;
  }
}
