import type { SystemEvent } from '../osquery/events/system-event.ts';
import { familyOf, type EventFamily } from './event-kinds.ts';
import { Timeline } from './fit.ts';
import type { Incident, Looked } from './incidents.ts';
import type { Stretch } from './stretch.ts';
import type { Symptoms } from './symptoms.ts';
import { sharedWith, type Shared, type TroubleSpots } from './trouble-spots.ts';
import { INSTANT_MICROS, NATS, ONSET_SLACK_MICROS, sumOf, type Evidence } from './weights.ts';

/** An event with what does not depend on when it was. */
export interface Prepared {
  readonly event: SystemEvent;
  readonly family: EventFamily;
  readonly time: Stretch;
  readonly shares: readonly Shared[];
  readonly evidence: readonly Evidence[];
  /** The sum of that evidence. */
  readonly fixed: number;
}

/** What depends on when an event was. */
export interface InTime {
  readonly fit: number;
  readonly lift: number;
  readonly lateNats: number;
}

/** Says what speaks for one event as the cause of one incident, when it was and at any other time. */
export class Judge {
  readonly incident: Incident;
  readonly #timeline: Timeline;
  readonly #spots: TroubleSpots;
  readonly #windowMicros: number;
  readonly #others: readonly Incident[];
  /** When the most surprising symptom began: mild ones may come before it by chance. */
  readonly #onsetMicros: number;

  constructor(
    looked: Looked,
    incident: Incident,
    { chances }: Symptoms,
    spots: TroubleSpots,
    windowMicros: number,
  ) {
    this.incident = incident;
    this.#others = looked.incidents.filter(
      ({ fromMicros, toMicros }) =>
        fromMicros > incident.toMicros || toMicros < incident.fromMicros,
    );
    const cuts = joined([...this.#others, ...looked.unwatched]);
    this.#timeline = new Timeline(chances, looked, incident, cuts);
    const [most] = [...incident.bursts, ...incident.gaps].sort((a, b) => a.p - b.p);
    this.#onsetMicros = most?.fromMicros ?? incident.fromMicros;
    this.#spots = spots;
    this.#windowMicros = windowMicros;
  }

  prepare(event: SystemEvent, begunMicros: number | undefined): Prepared {
    const family = familyOf(event);
    const shares = sharedWith(this.#spots, event);
    const evidence = [
      ...this.#sharedEvidence(event, family, shares),
      ...this.#kindEvidence(event, family),
    ];
    return {
      event,
      family,
      time: {
        fromMicros: begunMicros ?? Number(event.startTimeUnixNano / 1000n),
        toMicros: Number(event.endTimeUnixNano / 1000n),
      },
      shares,
      evidence,
      fixed: sumOf(evidence),
    };
  }

  isTied({ time }: Prepared): boolean {
    return (
      time.fromMicros - this.#windowMicros <= this.incident.toMicros &&
      time.toMicros + this.#windowMicros >= this.incident.fromMicros
    );
  }

  /** Whether it began in the time of another incident, or within a window of it: it may be of that, or undo it. */
  isOfAnother({ time: { fromMicros } }: Prepared): boolean {
    return this.#others.some(
      (other) =>
        fromMicros >= other.fromMicros - this.#windowMicros &&
        fromMicros <= other.toMicros + this.#windowMicros,
    );
  }

  /** Its evidence of time: how well it fits, and the order. */
  timeEvidence(prepared: Prepared, shiftMicros: number): InTime {
    let best = { fit: 0, lift: 0 };
    for (const span of this.#reaches(prepared)) {
      const found = this.#timeline.fit(span, shiftMicros);
      if (found.fit > best.fit || (best.fit === 0 && found.lift > best.lift)) best = found;
    }
    const late = this.#lateness(prepared.time.fromMicros, shiftMicros);
    return { ...best, lateNats: late === 0 ? 0 : NATS.late * late };
  }

  /**
   * For how long an event may have an effect: as long as it lasts, a second or
   * a window more, or, if it began a state or is an instant, as long as the incident.
   */
  #reaches({ time: { fromMicros, toMicros }, family }: Prepared): Stretch[] {
    const length = this.incident.toMicros - this.incident.fromMicros;
    const begin = fromMicros - LEAD_MICROS;
    const reaches = [
      { fromMicros, toMicros },
      { fromMicros: begin, toMicros },
      { fromMicros: begin, toMicros: toMicros + LEAD_MICROS },
      { fromMicros: begin, toMicros: toMicros + this.#windowMicros },
    ];
    if (family.lasts === true || toMicros - fromMicros <= INSTANT_MICROS) {
      for (const more of [0, LEAD_MICROS, this.#windowMicros]) {
        reaches.push({ fromMicros: begin, toMicros: toMicros + length + more });
      }
    }
    return reaches;
  }

  /** Seconds, up to four, that the event begins after the trouble did, beyond what cannot be told. */
  #lateness(fromMicros: number, shiftMicros: number): number {
    const length = this.#timeline.lengthMicros;
    const after = fromMicros + shiftMicros - this.#onsetMicros;
    // The nearer way around the circle.
    const signed = after - Math.round(after / length) * length;
    return Math.min(4, Math.max(0, (signed - ONSET_SLACK_MICROS) / 1e6));
  }

  #sharedEvidence(
    { about }: SystemEvent,
    family: EventFamily,
    shares: readonly Shared[],
  ): Evidence[] {
    const best = shares
      .map(({ what, share }) => ({
        reason: `it shares the ${what} with where the trouble starts${share < 0.995 ? ` (${Math.round(share * 100)} %)` : ''}`,
        nats: NATS[what] * share,
      }))
      .sort((a, b) => b.nats - a.nats)[0];
    const isPrecise = about.pid !== undefined && family.isHostWide === true;
    const isElsewhere =
      family.isHostWide !== true &&
      (best === undefined || best.nats < 0.6) &&
      [about.pid, about.node, about.container, about.port].some((name) => name !== undefined);
    return [
      ...(best === undefined ? [] : [best]),
      ...(isPrecise ? [{ reason: 'it names the process', nats: NATS.precise }] : []),
      ...(isElsewhere ? [{ reason: 'it happened to somebody else', nats: NATS.elsewhere }] : []),
    ];
  }

  #kindEvidence({ kind }: SystemEvent, family: EventFamily): Evidence[] {
    const evidence: Evidence[] = [];
    if (family.causes.length > 0) {
      let share = 0;
      for (const [symptom, of] of this.#spots.classes)
        if (family.causes.includes(symptom)) share += of;
      const nats = NATS.causes * share + NATS.causesNot * (1 - Math.min(1, share));
      evidence.push({
        reason: `${kind} ${nats > 0 ? 'brings' : 'hardly brings'} such trouble about`,
        nats,
      });
    }
    if (family.role !== undefined) {
      evidence.push({ reason: `${kind} ${ROLES[family.role]}`, nats: NATS[family.role] });
    }
    return evidence;
  }

  /** Without what other events tell of it. */
  scoreAt(prepared: Prepared, shiftMicros: number): number {
    const { fit, lateNats } = this.timeEvidence(prepared, shiftMicros);
    return prepared.fixed + NATS.time * fit + lateNats;
  }

  get timelineMicros(): number {
    return this.#timeline.lengthMicros;
  }

  /** The incident with a window: what is moved by less still meets it. */
  get ownMicros(): number {
    const { fromMicros, toMicros } = this.incident;
    return toMicros - fromMicros + this.#windowMicros;
  }

  /** So many times as long as that was looked at. */
  get independentTimes(): number {
    return this.#timeline.lengthMicros / this.ownMicros;
  }
}

/** In order, those that overlap as one. */
function joined(spans: readonly Stretch[]): Stretch[] {
  const all: { fromMicros: number; toMicros: number }[] = [];
  for (const { fromMicros, toMicros } of spans.toSorted((a, b) => a.fromMicros - b.fromMicros)) {
    const last = all.at(-1);
    if (last === undefined || fromMicros > last.toMicros) all.push({ fromMicros, toMicros });
    else last.toMicros = Math.max(last.toMicros, toMicros);
  }
  return all;
}

const ROLES = {
  deed: 'seldom comes by itself',
  state: 'tells how things are, not why',
  echo: 'is an effect more often than a cause',
} as const;

/** A look is up to a second late. */
const LEAD_MICROS = 1_000_000;
