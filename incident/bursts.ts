import { MarkScan } from './mark-scan.ts';
import type { MARK } from './marks.ts';
import type { Observation } from './observation.ts';
import type { OperationPast } from './past.ts';

/** A time in which something was wrong more often than its own past explains. */
export interface Burst {
  readonly mark: keyof typeof MARK;
  /** Of failures. */
  readonly type: string | undefined;
  /** Whose spans: those of an operation (its key), of a service (its name), or all. */
  readonly scope: 'operation' | 'service' | 'all';
  readonly of: string;
  /** Unix microseconds, of the starts of the first and the last span concerned. */
  readonly fromMicros: number;
  readonly toMicros: number;
  /** When the last of them ended: only then was it seen. */
  readonly seenMicros: number;
  /** How many of the spans are concerned, from the first of these to the last. */
  readonly share: number;
  readonly usualShare: number;
  /** The probability of so many, if nothing had changed. */
  readonly p: number;
}

/** What was found, beside the observations it was asked for. */
export interface Bursts {
  readonly bursts: readonly Burst[];
  /** Bits of MARK, one an observation. */
  readonly marks: Uint8Array;
  /** Each operation's past at the end, by its key. */
  readonly pasts: ReadonlyMap<string, OperationPast>;
}

const BIN_MICROS = 1_000_000;
/** More bins would be looked at one by one for nothing. */
const MAX_BINS = 100_000;

/**
 * Finds when spans fail, are slow, or have no end more often than in their
 * operation's own past.
 *
 * Spans are marked by how their self time stands among the past ones of their
 * operation (`speedsOf`): up to one in ten is slow in quiet times, whatever the
 * distribution. Marks are counted in bins of a second, by operation, service and
 * in all, failures by type too. Whether the last 1, 2, 4 … 32 bins have too many is decided by
 * `surprise` against all bins before; bins of a burst do not become past. Failures
 * that begin where somebody did something to a service need less proof (`deeds`).
 * The exact beginning and end are those of the likeliest segment of spans.
 *
 * @param observations sorted by the start of their spans
 * @param deeds when somebody did something to one of the services: Unix microseconds, in order
 */
export function findBursts(
  observations: readonly Observation[],
  deeds: Float64Array = new Float64Array(),
): Bursts {
  const first = observations[0]?.span.startMicros ?? 0;
  const last = observations.at(-1)?.span.startMicros ?? 0;
  const binMicros = Math.max(BIN_MICROS, (last - first) / MAX_BINS);
  const scan = new MarkScan(observations, first, binMicros, deeds);
  for (let at = 0; at < observations.length;) at = scan.takeBin(at);
  return { bursts: scan.bursts(), marks: scan.marks, pasts: scan.pasts };
}
