import type { LogEntry } from '../log/entry.ts';
import type { SystemEvent } from '../osquery/events/system-event.ts';
import type { Span } from '../spans/span.ts';
import { describeIncident, describeQuiet, type Evidenced, type Finding } from './describe.ts';
import { findIncidents, type Incident, type Unwatched } from './incidents.ts';
import { splitterOf } from './split.ts';
import { TraceWindow } from './trace-window.ts';

export interface AnalysisOptions {
  /** How far an event may be from a trace and still be tied to it. */
  readonly windowSeconds: number;
  /** Spans kept at most; the oldest traces fall out. */
  readonly maxSpans?: number;
  /** Events kept at most; those with the smallest magnitude fall out. */
  readonly maxEvents?: number;
}

/** Which incident is asked for; times are Unix microseconds. It is compared with all there is, before and after. */
export interface Look {
  /** In this time, the gravest: the one with the most surprising symptom. */
  readonly fromMicros?: number;
  readonly toMicros?: number;
  /** The one at this time, or the nearest within a window. */
  readonly atMicros?: number;
}

/** An incident that was seen and not yet explained. */
export interface Sighting {
  /** Unix microseconds of the first and last symptom. */
  readonly fromMicros: number;
  readonly toMicros: number;
  /** When the last of them was seen: a request shows that it failed or was slow when it ends. */
  readonly seenMicros: number;
  describe(): Finding;
}

const MAX_EVENTS = 20_000;

/**
 * Looks for incidents in spans and system events, and for the cause of each.
 * Give it both in any order, then ask; memory is bounded, what falls out is
 * counted. The same input gives the same reports, live and replayed: time comes
 * with the data alone.
 */
export class IncidentAnalysis {
  readonly #options: Required<AnalysisOptions>;
  readonly #traces: TraceWindow;
  #events = new Map<string, SystemEvent>();
  #droppedEvents = 0;
  #underWay: readonly Span[] = [];
  #unwatched: Unwatched[] = [];
  /** Whose run of the lab it is. */
  #driver: string | undefined;
  #fromMicros = Infinity;
  #toMicros = -Infinity;

  constructor(options: AnalysisOptions) {
    this.#options = { maxSpans: 400_000, maxEvents: MAX_EVENTS, ...options };
    this.#traces = new TraceWindow(this.#options.maxSpans);
  }

  addSpan(span: Span): void {
    this.#traces.add(span);
  }

  /** Those that may still change, as they are so far; in place of those told before. */
  setUnderWay(spans: readonly Span[]): void {
    this.#underWay = spans;
  }

  /** One with an id that is known takes the place of the one before: it may have gone on. */
  addEvent(event: SystemEvent): void {
    this.#events.set(event.id, event);
    if (this.#events.size > this.#options.maxEvents * 1.5) this.#dropEvents();
  }

  /**
   * A line of the log, in its order: it is so late, and silence is seen by that.
   * Where another run of the lab begins, nobody looked since the last one.
   */
  pass({ ts, node, instance }: Pick<LogEntry, 'ts' | 'node' | 'instance'>): void {
    if (!(ts > 0)) return;
    const micros = ts * 1e6;
    if (node === 'driver' && instance !== this.#driver) {
      if (this.#driver !== undefined && micros > this.#toMicros) {
        this.#unwatched.push({ fromMicros: this.#toMicros, toMicros: micros });
      }
      this.#driver = instance;
    }
    this.#fromMicros = Math.min(this.#fromMicros, micros);
    this.#toMicros = Math.max(this.#toMicros, micros);
  }

  /** What was before is no longer needed. Unix seconds. */
  forget(beforeSeconds: number): void {
    this.#traces.forget(beforeSeconds * 1e6);
    this.#fromMicros = Math.max(this.#fromMicros, beforeSeconds * 1e6);
    this.#unwatched = this.#unwatched.filter(({ toMicros }) => toMicros > beforeSeconds * 1e6);
    for (const [id, { endTimeUnixNano }] of this.#events) {
      if (Number(endTimeUnixNano / 1000n) < beforeSeconds * 1e6) this.#events.delete(id);
    }
  }

  /** From when to when there is anything, in Unix microseconds; undefined while there is nothing. */
  get range(): { readonly fromMicros: number; readonly toMicros: number } | undefined {
    return this.#toMicros < this.#fromMicros
      ? undefined
      : { fromMicros: this.#fromMicros, toMicros: this.#toMicros };
  }

  get spanCount(): number {
    return this.#traces.spanCount;
  }

  /** The incident asked for, the newest where no time is; a report that there is none where there is none. */
  find(look: Look = {}): Finding {
    const input = this.#evidence().whole();
    const found = chosen(input, look, this.#options.windowSeconds * 1e6);
    return found === undefined ? describeQuiet(input) : describeIncident(input, found);
  }

  /** As `sightingsSince`, all of them explained. */
  findSince(seconds: number, most: number): Finding[] {
    return this.sightingsSince(seconds, most).map((sighting) => sighting.describe());
  }

  /**
   * The newest incidents that were seen after this time, in Unix seconds, the newest
   * first, `most` of them. To see that there is one is cheap, to explain it is not.
   */
  sightingsSince(seconds: number, most: number): Sighting[] {
    const { incidents, partsOf, whole } = this.#evidence();
    const isSince = (incident: Incident): boolean => seenMicros(incident) > seconds * 1e6;
    return incidents
      .filter(isSince)
      .flatMap(partsOf)
      .filter(isSince)
      .toReversed()
      .slice(0, most)
      .map((incident) => ({
        fromMicros: incident.fromMicros,
        toMicros: incident.toMicros,
        seenMicros: seenMicros(incident),
        describe: () => describeIncident(whole(), incident),
      }));
  }

  /** The incidents as they are found; how one of them is taken apart; and what there is with the parts of all. */
  #evidence() {
    if (this.#events.size > this.#options.maxEvents) this.#dropEvents();
    const events = [...this.#events.values()].sort((a, b) =>
      Number(a.startTimeUnixNano - b.startTimeUnixNano),
    );
    const looked = findIncidents(
      this.#traces.traces(this.#underWay),
      this.range,
      this.#unwatched,
      events,
    );
    const partsOf = splitterOf(looked);
    const whole = (): Evidenced => ({
      looked: { ...looked, incidents: looked.incidents.flatMap(partsOf) },
      events,
      windowMicros: this.#options.windowSeconds * 1e6,
      droppedTraces: this.#traces.droppedTraces,
      droppedEvents: this.#droppedEvents,
    });
    return { incidents: looked.incidents, partsOf, whole };
  }

  /** The smallest changes go first. */
  #dropEvents(): void {
    const kept = [...this.#events.values()]
      .sort((a, b) => b.magnitude - a.magnitude)
      .slice(0, this.#options.maxEvents);
    this.#droppedEvents += this.#events.size - kept.length;
    this.#events = new Map(kept.map((event) => [event.id, event]));
  }
}

function chosen(
  { looked }: Evidenced,
  { fromMicros = -Infinity, toMicros = Infinity, atMicros }: Look,
  windowMicros: number,
): Incident | undefined {
  const within = looked.incidents.filter(
    (incident) => incident.toMicros >= fromMicros && incident.fromMicros <= toMicros,
  );
  if (atMicros === undefined) {
    const isAnyTime = fromMicros === -Infinity && toMicros === Infinity;
    return isAnyTime ? within.at(-1) : within.toSorted((a, b) => surpriseOf(a) - surpriseOf(b))[0];
  }
  const distance = (incident: Incident): number =>
    Math.max(0, incident.fromMicros - atMicros, atMicros - incident.toMicros);
  return within
    .filter((incident) => distance(incident) <= windowMicros)
    .toSorted((a, b) => distance(a) - distance(b))[0];
}

const seenMicros = ({ toMicros, bursts }: Incident): number =>
  Math.max(toMicros, ...bursts.map((burst) => burst.seenMicros));

const surpriseOf = ({ bursts, gaps }: Incident): number =>
  Math.min(...bursts.map(({ p }) => p), ...gaps.map(({ p }) => p));
