import { burstTime, type FoundBurst } from './burst-time.ts';
import type { Burst } from './bursts.ts';
import { DeedBins } from './deeds.ts';
import type { MarkSeries } from './mark-series.ts';
import { MARK, MIN_PAST, SPEEDS, speedsOf, stallOfAll, type Speed } from './marks.ts';
import type { Observation } from './observation.ts';
import { OperationPast, SpeedPast } from './past.ts';
import { RARE, UNKNOWN, type Prior } from './surprise.ts';
import { TimeBins } from './time-bins.ts';
import { MAX_WINDOW, surprisingWindow } from './surprising-window.ts';

/** A process is slow at first by itself. */
const WARM_UP_MICROS = 5_000_000;
/**
 * What is a little slow is noticed only if it lasts, and if not only few are: a
 * machine is slower for a second or two now and then, in all that runs on it, so
 * that spans are no independent witnesses, and somewhat slower for longer.
 */
const NOTICED_SLOW = { micros: 4_000_000, share: 0.25 } as const;
const MAX_OPERATIONS = 2_000;
const MAX_TYPES = 40;

/** What became of one series, as long as it is a burst. */
interface OpenBurst extends FoundBurst {
  toBin: number;
  p: number;
}

/**
 * Goes through observations bin by bin of time, marks them, and notes where
 * marks come too often. What a bin has becomes past some bins later.
 */
export class MarkScan {
  readonly #observations: readonly Observation[];
  readonly #bins: TimeBins;
  readonly #deeds: DeedBins;
  readonly marks: Uint8Array;
  readonly pasts = new Map<string, OperationPast>();
  readonly #services = new Map<string, SpeedPast>();
  readonly #all = new SpeedPast();
  /** When an instance was first seen. */
  readonly #since = new Map<string, number>();
  readonly #open = new Map<string, OpenBurst>();
  readonly #found: OpenBurst[] = [];
  /** Observations whose bins are not past yet. */
  #settled = 0;

  /** @param deeds Unix microseconds, in order */
  constructor(
    observations: readonly Observation[],
    firstMicros: number,
    binMicros: number,
    deeds: Float64Array,
  ) {
    this.#observations = observations;
    this.#bins = new TimeBins(observations, firstMicros, binMicros);
    this.#deeds = new DeedBins(deeds.map((micros) => this.#bins.of(micros)));
    this.marks = new Uint8Array(observations.length);
  }

  /** Takes all observations of the bin that the one at `from` is in; gives where the next bin begins. */
  takeBin(from: number): number {
    const bin = this.#bins.at(from);
    let to = from + 1;
    while (to < this.#observations.length && this.#bins.at(to) === bin) to++;
    this.#settleBefore(bin - Math.min(MAX_WINDOW, Math.max(2, bin >> 2)));
    const touched = new Map<string, () => void>();
    for (let at = from; at < to; at++) this.#count(at, bin, touched);
    for (const look of touched.values()) look();
    return to;
  }

  bursts(): Burst[] {
    return [...this.#found, ...this.#open.values()]
      .map((found) => {
        const { mark, type, scope, of, usualShare, p } = found;
        const time = burstTime(this.#observations, this.marks, this.#bins, found);
        return { mark, type, scope, of, usualShare, p, ...time };
      })
      .filter((burst) => burst.mark !== 'slow' || isNoticed(burst));
  }

  #pastOf({ key, span: { service } }: Observation): OperationPast {
    const known = this.pasts.get(key);
    if (known !== undefined) return known;
    if (this.pasts.size >= MAX_OPERATIONS)
      return getOrAdd(this.pasts, OTHERS, () => new OperationPast(''));
    return getOrAdd(this.pasts, key, () => new OperationPast(service));
  }

  #count(at: number, bin: number, touched: Map<string, () => void>): void {
    const observation = this.#observations[at] as Observation;
    const { key, span, selfMicros } = observation;
    const past = this.#pastOf(observation);
    const service = getOrAdd(this.#services, span.service, () => new SpeedPast());
    const type = span.failure?.type;
    const isMissing = span.withoutEnd === 'exit' || span.withoutEnd === 'silent';
    if (isMissing) this.#mark(at, MARK.missingEnd);
    if (type !== undefined) this.#mark(at, MARK.failed);
    past.missingEnd.add(bin, Number(isMissing), 1);
    for (const [name, series] of past.failed) series.add(bin, Number(name === type), 1);
    if (type !== undefined && !past.failed.has(type) && past.failed.size < MAX_TYPES) {
      const series = past.missingEnd.withoutMarks();
      past.failed.set(type, series);
      series.add(bin, 1, 0);
    }
    if (isMissing) {
      const prior = span.withoutEnd === 'exit' ? FATAL : RARE;
      this.#look(
        touched,
        past,
        past.missingEnd,
        bin,
        ['missingEnd', undefined, 'operation', key],
        prior,
      );
    }
    if (type !== undefined) {
      const series = past.failed.get(type);
      const prior = span.failure?.trouble === 'none' ? UNKNOWN : RARE;
      if (series !== undefined)
        this.#look(touched, past, series, bin, ['failed', type, 'operation', key], prior);
    }
    if (isMissing || !this.#isWarm(span.instance ?? span.service, span.startMicros)) return;
    const speeds = this.#speeds(past, span.withoutEnd === 'open', selfMicros);
    for (const speed of speeds) this.#mark(at, MARK[speed]);
    if (past.durations.total < MIN_PAST) return;
    const groups = [
      [past, 'operation', key],
      [service, 'service', span.service],
      [this.#all, 'all', ''],
    ] as const;
    for (const [group, scope, of] of groups) {
      for (const speed of SPEEDS) {
        const has = speeds.includes(speed);
        group[speed].add(bin, Number(has), 1);
        if (!has) continue;
        this.#look(
          touched,
          group,
          group[speed],
          bin,
          [speed, undefined, scope, of],
          SPEED_PRIORS[speed],
        );
      }
    }
  }

  #mark(at: number, mark: number): void {
    this.marks[at] = (this.marks[at] as number) | mark;
  }

  #isWarm(instance: string, startMicros: number): boolean {
    const since = getOrAdd(this.#since, instance, () => startMicros);
    return startMicros - since >= WARM_UP_MICROS;
  }

  /** A span that is still open is as slow as it is so far: stalled, if at all. */
  #speeds({ durations }: OperationPast, isOpen: boolean, selfMicros: number): readonly Speed[] {
    if (durations.total >= MIN_PAST) {
      const speeds = speedsOf(durations, selfMicros);
      return isOpen ? speeds.filter((speed) => speed === 'stalled') : speeds;
    }
    const all = this.pasts.values().map((past) => past.durations);
    return isOpen && selfMicros > stallOfAll(all) ? ['stalled'] : [];
  }

  /** Once a bin and series, when the bin is complete. */
  #look(
    touched: Map<string, () => void>,
    group: SpeedPast,
    series: MarkSeries,
    bin: number,
    [mark, type, scope, of]: readonly [Burst['mark'], string | undefined, Burst['scope'], string],
    prior: Prior,
  ): void {
    const name = [mark, type, scope, of].join('\u0000');
    if (touched.has(name)) return;
    touched.set(name, () => {
      const best = surprisingWindow(series, bin, prior, mark, this.#deeds);
      if (best === undefined) return;
      const { longestFromBin, ...burst } = best;
      for (const each of this.#concernedBy(group, of)) each.setUnusual(longestFromBin, bin);
      const open = this.#open.get(name);
      if (open !== undefined && burst.fromBin <= open.toBin + MAX_WINDOW / 4) {
        open.toBin = bin;
        open.p = Math.min(open.p, burst.p);
        return;
      }
      if (open !== undefined) this.#found.push(open);
      this.#open.set(name, { mark, type, scope, of, toBin: bin, ...burst });
    });
  }

  /** What is long enough ago becomes past, also of the durations. */
  #settleBefore(bin: number): void {
    for (; this.#settled < this.#observations.length; this.#settled++) {
      const its = this.#bins.at(this.#settled);
      if (its >= bin) break;
      this.#settle(this.#settled, its);
    }
    for (const group of this.#groups()) group.forgetBefore(bin);
  }

  #groups(): SpeedPast[] {
    return [this.#all, ...this.#services.values(), ...this.pasts.values()];
  }

  /** Whose past a burst is not to be: that of what it is of, of what that is a part of, and of its parts. */
  #concernedBy(group: SpeedPast, of: string): SpeedPast[] {
    if (group === this.#all) return this.#groups();
    if (group instanceof OperationPast) {
      const service = this.#services.get(group.service);
      return [this.#all, ...(service === undefined ? [] : [service]), group];
    }
    const operations = [...this.pasts.values()].filter(({ service }) => service === of);
    return [this.#all, group, ...operations];
  }

  #settle(at: number, bin: number): void {
    const observation = this.#observations[at] as Observation;
    const { span, selfMicros } = observation;
    const since = this.#since.get(span.instance ?? span.service) ?? Infinity;
    if (span.withoutEnd !== undefined || span.startMicros - since < WARM_UP_MICROS) return;
    const past = this.#pastOf(observation);
    if (!past.isUnusual(bin)) past.durations.add(selfMicros);
  }
}

const isNoticed = ({ fromMicros, toMicros, share }: Burst): boolean =>
  toMicros - fromMicros >= NOTICED_SLOW.micros && share >= NOTICED_SLOW.share;

/** A process that ends in the midst of a request is no matter of chance. */
const FATAL: Prior = { marked: 1e-6, total: 1 };
/** By what the words mean; hardly anything takes four times as long as 99 of 100. */
const SPEED_PRIORS: Readonly<Record<Speed, Prior>> = {
  slow: { marked: 2, total: 20 },
  late: { marked: 0.5, total: 100 },
  stalled: { marked: 0.5, total: 100 },
};
const OTHERS = '\u0000';

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
