import type { DeedBins } from './deeds.ts';
import type { MARK } from './marks.ts';
import type { MarkSeries } from './mark-series.ts';
import { surprise, type Prior } from './surprise.ts';

/** A time up to now in which too many were marked. */
export interface SurprisingWindow {
  readonly fromBin: number;
  /** Where the longest begins that is surprising too, though less. */
  readonly longestFromBin: number;
  readonly usualShare: number;
  /** The probability of so many, if nothing had changed. */
  readonly p: number;
}

/** Changes are looked for over so many bins. */
const WINDOWS = [1, 2, 4, 8, 16, 32] as const;
export const MAX_WINDOW = 32;

/**
 * So unlikely is a burst by chance. Of tens of thousands of looks at ten minutes
 * hardly one is wrong; what fails in quiet times fails independently, and is
 * looked at only when it does, but latencies have moods.
 */
const SURPRISING = {
  slow: 1e-7,
  late: 1e-7,
  stalled: 1e-7,
  failed: 1e-5,
  missingEnd: 1e-5,
} as const;

/** By how much the share must rise at least, and how many spans must have it. */
const LEAST = {
  slow: { lift: 2.5, marked: 4 },
  late: { lift: 3, marked: 4 },
  stalled: { lift: 2.5, marked: 2 },
  failed: { lift: 1.5, marked: 1 },
  missingEnd: { lift: 1.5, marked: 1 },
} as const;

/**
 * The window that ends with `bin` and surprises most, if one does. One that
 * begins where somebody did something to a service needs less proof, since few
 * times are such: failures alone, as latencies have their moods then too.
 */
export function surprisingWindow(
  series: MarkSeries,
  bin: number,
  prior: Prior,
  mark: keyof typeof MARK,
  deeds: DeedBins,
): SurprisingWindow | undefined {
  const { past, dispersion } = series;
  const usualShare = (past.marked + prior.marked) / (past.total + prior.total);
  const least = LEAST[mark];
  let best: SurprisingWindow | undefined;
  let before = -1;
  let longestFromBin = bin;
  for (const [fromBin, proof] of beginnings(bin, mark, deeds)) {
    const now = series.since(fromBin);
    if (now.total === before) continue;
    before = now.total;
    const share = now.marked / now.total;
    if (share < least.lift * usualShare || now.marked < least.marked) continue;
    const p = surprise(now, past, prior, dispersion);
    if (p >= proof) continue;
    longestFromBin = Math.min(longestFromBin, fromBin);
    if (best === undefined || p < best.p) best = { fromBin, longestFromBin, usualShare, p };
  }
  return best && { ...best, longestFromBin };
}

/** Where windows that end with `bin` may begin, and how unlikely by chance they must be. */
function beginnings(
  bin: number,
  mark: keyof typeof MARK,
  deeds: DeedBins,
): (readonly [fromBin: number, proof: number])[] {
  const usual = SURPRISING[mark];
  const any = WINDOWS.map((window) => [bin - window + 1, usual] as const);
  if (mark !== 'failed' && mark !== 'missingEnd') return any;
  const chosen = Array.from(
    new Set(deeds.between(bin - MAX_WINDOW + 1, bin)),
    (deed) => [deed, Math.max(usual, deeds.proof(deed))] as const,
  );
  return [...chosen, ...any];
}
