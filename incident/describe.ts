import type { SystemEvent } from '../osquery/events/system-event.ts';
import { candidatesOf } from './candidates.ts';
import { failureGroups, nanos } from './failures.ts';
import { impactOf } from './impact.ts';
import { headline, idOf, othersOf } from './incident-summary.ts';
import type { Incident, Looked } from './incidents.ts';
import { MARK } from './marks.ts';
import { rankEvents } from './ranking.ts';
import type { IncidentCounts, IncidentReport } from './report.ts';
import { symptomsOf, type ConcernedTrace } from './symptoms.ts';
import { tiesOf, type TroubledTrace } from './ties.ts';
import { sharedWith, troubleSpots, type TroubleSpots } from './trouble-spots.ts';

/** What was looked at, and how. */
export interface Evidenced {
  readonly looked: Looked;
  /** Sorted by start. */
  readonly events: readonly SystemEvent[];
  readonly windowMicros: number;
  readonly droppedTraces: number;
  readonly droppedEvents: number;
}

const MAX_CONCERNED = 2_000;
/** Symptoms that came so recently may go on. */
const ONGOING_MICROS = 3_000_000;

/** A report, with all of the traces that it names only the first of. */
export interface Finding {
  readonly report: IncidentReport;
  /** At most `MAX_CONCERNED`, in the order of their trouble. */
  readonly concerned: readonly ConcernedSpan[];
}

/** The span where a trace's trouble starts; the times are its own, in decimal Unix nanoseconds. */
interface ConcernedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly fromNanos: string;
  readonly toNanos: string;
}

/** Says all there is to say of one incident. */
export function describeIncident(input: Evidenced, seen: Incident): Finding {
  const { looked, events, windowMicros } = input;
  const symptoms = symptomsOf(looked, seen);
  const { concerned, incident } = symptoms;
  const spots = troubleSpots(looked, concerned, incident.gaps);
  const ranking = rankEvents(looked, incident, symptoms, spots, events, windowMicros);
  const candidates = candidatesOf(ranking, concerned, windowMicros);
  const failures = failureGroups(looked, incident, concerned);
  const troubled = troubledIn(input, incident, concerned);
  const { ties, tiedEvents } = tiesOf(events, troubled, windowMicros, namesShared(spots));
  const rootCause = ranking.isFound ? (candidates[0] ?? null) : null;
  const [first] = failures;
  const what = first === undefined ? 'trouble' : headline(first);
  const report: IncidentReport = {
    id: idOf(incident, concerned),
    verdict: rootCause === null ? 'no cause found' : 'cause found',
    from: nanos(incident.fromMicros),
    to: nanos(incident.toMicros),
    ongoing: looked.toMicros - incident.toMicros < ONGOING_MICROS,
    windowSeconds: windowMicros / 1e6,
    summary: rootCause === null ? `${what}; no cause found` : `${rootCause.event.summary}: ${what}`,
    rootCause,
    candidates,
    failures,
    impact: impactOf(looked, incident, concerned),
    ties,
    others: othersOf(looked, seen),
    counts: countsOf(input, tiedEvents),
    notes: [...ranking.notes, ...dropNotes(input)],
  };
  return { report, concerned: concerned.slice(0, MAX_CONCERNED).map(concernedSpan) };
}

function concernedSpan({ traceId, origins: [origin], root }: ConcernedTrace): ConcernedSpan {
  const { spanId, startMicros, endMicros } = origin?.observation.span ?? root;
  return { traceId, spanId, fromNanos: nanos(startMicros), toNanos: nanos(endMicros) };
}

/** Says that there is nothing beyond the usual; what fails or is slow as usual is still tied to events. */
export function describeQuiet(input: Evidenced): Finding {
  const { looked, events, windowMicros } = input;
  const { ties, tiedEvents } = tiesOf(events, usualTrouble(looked), windowMicros, () => []);
  const [from, to] = [nanos(looked.fromMicros), nanos(looked.toMicros)];
  const tracesInTime = looked.traces.length;
  const report: IncidentReport = {
    id: 'quiet',
    verdict: 'no incident',
    from,
    to,
    ongoing: false,
    windowSeconds: windowMicros / 1e6,
    summary: 'nothing fails or is slow beyond the usual',
    rootCause: null,
    candidates: [],
    failures: [],
    impact: {
      from,
      to,
      traceCount: 0,
      tracesInTime,
      traces: [],
      userCount: 0,
      users: [],
      operations: [],
    },
    ties,
    others: othersOf(looked, undefined),
    counts: countsOf(input, tiedEvents),
    notes: dropNotes(input),
  };
  return { report, concerned: [] };
}

/** Traces that fail or are slow around the incident, whether its causes are theirs or not. */
function troubledIn(
  { looked, windowMicros }: Evidenced,
  { fromMicros, toMicros }: Incident,
  concerned: readonly ConcernedTrace[],
): TroubledTrace[] {
  const known = new Set(concerned.map(({ traceId }) => traceId));
  const around = usualTrouble(looked).filter(
    ({ traceId, start, end }) =>
      !known.has(traceId) && start <= toMicros + windowMicros && end >= fromMicros - windowMicros,
  );
  const own = concerned.map(({ traceId, startMicros, endMicros }) => ({
    traceId,
    start: startMicros,
    end: endMicros,
  }));
  return [...own, ...around];
}

/** Traces with a span that failed, has no end, or is stalled. */
function usualTrouble({ traces, observations, marks }: Looked): TroubledTrace[] {
  const troubled = new Set<string>();
  for (let at = 0; at < observations.length; at++) {
    const isTroubled =
      ((marks[at] as number) & (MARK.failed | MARK.missingEnd | MARK.stalled)) !== 0;
    if (isTroubled) troubled.add(observations[at]?.span.traceId ?? '');
  }
  return traces
    .filter(({ traceId }) => troubled.has(traceId))
    .map(({ traceId, startMicros, endMicros }) => ({
      traceId,
      start: startMicros,
      end: endMicros,
    }));
}

const namesShared =
  (spots: TroubleSpots) =>
  (event: SystemEvent): string[] =>
    sharedWith(spots, event).map(({ what }) => what);

const countsOf = (
  { looked, events, droppedTraces, droppedEvents }: Evidenced,
  tiedEvents: number,
): IncidentCounts => ({
  traces: looked.traces.length,
  spans: looked.observations.length,
  events: events.length,
  tiedEvents,
  droppedTraces,
  droppedEvents,
  from: nanos(looked.fromMicros),
  to: nanos(looked.toMicros),
});

function dropNotes({ droppedTraces, droppedEvents }: Evidenced): string[] {
  return [
    ...(droppedTraces > 0
      ? [
          `The oldest ${droppedTraces} traces were too many and are not looked at; choose a time by --from and --to.`,
        ]
      : []),
    ...(droppedEvents > 0
      ? [`${droppedEvents} system events were too many and are not looked at.`]
      : []),
  ];
}
