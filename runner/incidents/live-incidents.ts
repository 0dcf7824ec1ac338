import { IncidentAnalysis, type Sighting } from '../../incident/analysis.ts';
import { APART_MICROS } from '../../incident/clusters.ts';
import type { Finding } from '../../incident/describe.ts';
import type { IncidentProvider, IncidentReport } from '../../incident/report.ts';
import { distance } from '../../incident/stretch.ts';
import { incidentSpans } from '../../incident/system-spans.ts';
import type { JsonObject, LogEntry } from '../../log/entry.ts';
import type { Span } from '../../spans/span.ts';
import type { RecentEvents } from '../recent-events.ts';

/** The past that incidents are compared with, and what is kept of it at most. */
const PAST_SECONDS = 900;
const MAX_SPANS = 60_000;
const MAX_EVENTS = 2_000;
const MAX_UNDER_WAY = 2_000;
/** Looks are so far apart in log time … */
const LOOK_SECONDS = 2;
/** … or so many times the CPU time of the last one, up to a bound. */
const LOOK_COST = 20;
const MAX_LOOK_SECONDS = 10;
/** One that goes on is explained again so often. */
const DESCRIBE_SECONDS = 10;
const MAX_OPEN = 10;
/** An incident without symptoms for so long is over. */
const OVER_SECONDS = 10;
/**
 * One that was over for so long is not told as news: as more is forgotten, what
 * was as usual then seems unusual.
 */
const HINDSIGHT_SECONDS = 30;
const MAX_REPORTS = 50;
const WINDOW_SECONDS = 5;

/** The lab that is watched. */
interface LiveLab {
  /** Say a line in the firehose. */
  driver(line: JsonObject): void;
  system(line: JsonObject): void;
  /** Spans that are not given yet, as they are at a time in Unix seconds. */
  underWay(atSeconds: number, most: number): readonly Span[];
}

/** An incident under way, as it was explained last. */
interface Open {
  finding: Finding;
  describedSeconds: number;
  /** As it was seen last. */
  fromMicros: number;
  toMicros: number;
  seenMicros: number;
}

/**
 * Watches the running lab for incidents: shown all lines and spans, it looks
 * again every two seconds of log time. In the firehose the driver says when one
 * begins and when it is over, with its cause; then each trace concerned gets a
 * span of service `system`, said as a boundary line so that it is rebuilt from
 * the log like any other, and goes wherever spans go.
 */
export class LiveIncidents implements IncidentProvider {
  readonly #lab: LiveLab;
  readonly #analysis = new IncidentAnalysis({
    windowSeconds: WINDOW_SECONDS,
    maxSpans: MAX_SPANS,
    maxEvents: MAX_EVENTS,
  });
  readonly #events: Pick<RecentEvents, 'push' | 'open'>;
  /** Those under way, the newest first. */
  #open: readonly Open[] = [];
  /** Those over, the newest first. */
  #over: IncidentReport[] = [];
  /** No incident from before is told again. */
  #toldUntilMicros = 0;
  #nextSeconds = 0;

  /** @param events gets all lines by this, and keeps what they tell */
  constructor(lab: LiveLab, events: Pick<RecentEvents, 'push' | 'open'>) {
    this.#lab = lab;
    this.#events = events;
  }

  /** The newest first, those under way before all. */
  reports(): readonly IncidentReport[] {
    return [...this.#open.map(({ finding: { report } }) => report), ...this.#over];
  }

  addSpan(span: Span): void {
    this.#analysis.addSpan(span);
  }

  /** To be called with lines that are in the firehose already: what it says itself comes after them. */
  look(entries: readonly LogEntry[]): void {
    let seconds = 0;
    for (const entry of entries) {
      seconds = Math.max(seconds, entry.ts);
      this.#analysis.pass(entry);
      for (const event of this.#events.push(entry)) this.#analysis.addEvent(event);
    }
    if (seconds === 0) return;
    if (seconds >= this.#nextSeconds) this.#lookAgain(seconds);
  }

  #lookAgain(seconds: number): void {
    const before = process.cpuUsage();
    // What is said here comes back as lines before this look is over.
    this.#nextSeconds = Infinity;
    for (const event of this.#events.open()) this.#analysis.addEvent(event);
    this.#analysis.setUnderWay(this.#lab.underWay(seconds, MAX_UNDER_WAY));
    this.#analysis.forget(seconds - PAST_SECONDS);
    const sightings = this.#analysis
      .sightingsSince(seconds - HINDSIGHT_SECONDS, MAX_OPEN)
      .filter((sighting) => this.#isNews(sighting, seconds));
    const seen = this.#recognised(sightings, seconds);
    // One that is not seen this time is as it was seen last.
    const unseen = this.#open.filter((known) => !seen.includes(known));
    const all = [...seen, ...unseen].sort((a, b) => b.fromMicros - a.fromMicros);
    const over = all.filter((open) => isOver(open, seconds));
    for (const open of over.toReversed()) this.#end(open);
    this.#open = all.filter((open) => !over.includes(open));
    const { user, system } = process.cpuUsage(before);
    const apart = ((user + system) / 1e6) * LOOK_COST;
    this.#nextSeconds = seconds + Math.min(MAX_LOOK_SECONDS, Math.max(LOOK_SECONDS, apart));
  }

  #isNews(sighting: Sighting, seconds: number): boolean {
    return (
      sighting.fromMicros > this.#toldUntilMicros ||
      this.#open.some((open) => distance(open, sighting) <= 0) ||
      this.#goesOn(sighting, seconds)
    );
  }

  /** What was told to be over may seem to end later when more is known, and what is only a little slow may follow it. */
  #goesOn(sighting: Sighting, seconds: number): boolean {
    const told = this.#toldUntilMicros + APART_MICROS;
    if (sighting.toMicros <= told || isOver(sighting, seconds)) return false;
    return Number(sighting.describe().report.to) / 1e3 > told;
  }

  /** What is known of the incidents that are seen, in their order. What was one may be two by now: the older is the one that was told. */
  #recognised(sightings: readonly Sighting[], seconds: number): readonly Open[] {
    const recognised = new Set<Open>();
    for (const sighting of sightings.toReversed()) {
      const isOf = (open: Open): boolean => !recognised.has(open) && distance(open, sighting) <= 0;
      recognised.add(this.#known(sighting, this.#open.find(isOf), seconds));
    }
    return [...recognised].reverse();
  }

  /** One that is not known is new, and told of. */
  #known(sighting: Sighting, known: Open | undefined, seconds: number): Open {
    const { fromMicros, toMicros, seenMicros } = sighting;
    if (known === undefined) {
      const finding = sighting.describe();
      this.#sayBegin(finding.report);
      return { finding, describedSeconds: seconds, fromMicros, toMicros, seenMicros };
    }
    Object.assign(known, { fromMicros, toMicros, seenMicros });
    if (isOver(sighting, seconds) || seconds >= known.describedSeconds + DESCRIBE_SECONDS) {
      // It keeps the name that it was told by.
      const { id } = known.finding.report;
      const { report, concerned } = sighting.describe();
      known.finding = { report: { ...report, id }, concerned };
      known.describedSeconds = seconds;
    }
    return known;
  }

  #sayBegin({ id, from, summary }: IncidentReport): void {
    this.#lab.driver({ level: 40, msg: 'incident begins', incident: id, from, summary });
  }

  #end({ finding, toMicros }: Open): void {
    const { report } = finding;
    this.#over = [{ ...report, ongoing: false }, ...this.#over].slice(0, MAX_REPORTS);
    this.#toldUntilMicros = Math.max(this.#toldUntilMicros, toMicros);
    this.#lab.driver(endLine(report));
    for (const span of incidentSpans(finding)) this.#lab.system(boundary(span));
  }
}

const isOver = ({ seenMicros }: Pick<Sighting, 'seenMicros'>, seconds: number): boolean =>
  seenMicros / 1e6 < seconds - OVER_SECONDS;

function endLine({
  id,
  from,
  to,
  verdict,
  summary,
  rootCause,
  impact,
}: IncidentReport): JsonObject {
  return {
    level: 40,
    msg: 'incident is over',
    incident: id,
    from,
    to,
    verdict,
    summary,
    traces: impact.traceCount,
    ...(rootCause !== null && {
      cause: {
        event: rootCause.event.id,
        kind: rootCause.event.kind,
        summary: rootCause.event.summary,
      },
    }),
  };
}

/** The end line of a span: it alone makes a whole one. */
function boundary(span: Span): JsonObject {
  return {
    level: 30,
    msg: 'span end',
    trace_id: span.traceId,
    span_id: span.spanId,
    trace_flags: '01',
    ...(span.parentSpanId !== undefined && { parent_span_id: span.parentSpanId }),
    span_name: span.name,
    span_kind: 'internal',
    start_time_unix_nano: span.startTimeUnixNano,
    end_time_unix_nano: span.endTimeUnixNano,
    status: { code: span.status.code },
    attributes: span.attributes,
    events: [],
    links: [],
  };
}
