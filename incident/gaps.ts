import { SPAN_KIND } from '../spans/span.ts';
import type { Unwatched } from './incidents.ts';
import type { Observation } from './observation.ts';

/** A time in which a service got no request although many were due. */
export interface Gap {
  readonly service: string;
  /** Unix microseconds: the last request before, and the first after. */
  readonly fromMicros: number;
  readonly toMicros: number;
  /** Requests a second before. */
  readonly perSecond: number;
  /** The probability of none for so long, if nothing had changed. */
  readonly p: number;
}

const SURPRISING = 1e-7;
/** What is usual is seen in so much before. */
const PAST_MICROS = 120_000_000;
const MIN_PAST_MICROS = 20_000_000;
const MIN_ARRIVALS = 30;
const BIN_MICROS = 1_000_000;
/** A request that is under way is not seen before it ends: the newest time tells nothing yet. */
const UNDER_WAY_MICROS = 5_000_000;
/** Requests that come in heaps have gaps by themselves. */
const MAX_DISPERSION = 6;

/**
 * Finds silences of services that are asked regularly: what a caller that logs
 * no spans sees as failures shows here as requests that do not come.
 *
 * Arrivals at a rate λ leave a gap of length t with probability exp(−λt);
 * arrivals that come in clusters weigh less by their index of dispersion (the
 * variance of counts a second over their mean).
 *
 * @param observations sorted by the start of their spans
 * @param endMicros until when it is known that nothing came
 * @param unwatched when nobody looked: that nothing came then is not known
 */
export function findGaps(
  observations: readonly Observation[],
  endMicros: number,
  unwatched: readonly Unwatched[] = [],
): Gap[] {
  const arrivals = Map.groupBy(observations.filter(isArrival), ({ span }) => span.service);
  return [...arrivals].flatMap(([service, its]) =>
    gapsOf(
      service,
      Float64Array.from(its, ({ span }) => span.startMicros),
      endMicros,
      unwatched,
    ),
  );
}

const isArrival = ({ span, root }: Observation): boolean =>
  span === root || span.kind === SPAN_KIND.server || span.kind === SPAN_KIND.consumer;

function gapsOf(
  service: string,
  times: Float64Array,
  endMicros: number,
  unwatched: readonly Unwatched[],
): Gap[] {
  const gaps: Gap[] = [];
  let first = 0;
  for (let at = 0; at < times.length; at++) {
    const from = times[at] as number;
    const to = times[at + 1] ?? endMicros - UNDER_WAY_MICROS;
    if (unwatched.some(({ fromMicros, toMicros }) => fromMicros < to && toMicros > from)) {
      first = at + 1;
      continue;
    }
    while ((times[first] as number) < from - PAST_MICROS) first++;
    const pastMicros = from - (times[first] as number);
    const count = at - first;
    if (count < MIN_ARRIVALS || pastMicros < MIN_PAST_MICROS) continue;
    const perMicro = count / pastMicros;
    if (Math.exp(-perMicro * (to - from)) >= SURPRISING) continue;
    const dispersion = dispersionOf(times.subarray(first, at), pastMicros);
    const p = Math.exp((-perMicro * (to - from)) / dispersion);
    if (p >= SURPRISING || dispersion > MAX_DISPERSION) continue;
    gaps.push({ service, fromMicros: from, toMicros: to, perSecond: perMicro * 1e6, p });
    // What was usual before is not to be found again in what comes after.
    first = at + 1;
  }
  return gaps;
}

/** At least 1. */
function dispersionOf(times: Float64Array, micros: number): number {
  const bins = new Float64Array(Math.max(1, Math.ceil(micros / BIN_MICROS)));
  const [first = 0] = times;
  for (const time of times) {
    const bin = Math.min(bins.length - 1, Math.floor((time - first) / BIN_MICROS));
    bins[bin] = (bins[bin] as number) + 1;
  }
  const mean = times.length / bins.length;
  const squares = bins.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  return Math.max(1, squares / bins.length / mean);
}
