import { failureGroups, nanos } from './failures.ts';
import type { Incident, Looked } from './incidents.ts';
import type { Failure, IncidentSummary } from './report.ts';
import { symptomsOf, type ConcernedTrace } from './symptoms.ts';

const MAX_OTHERS = 20;

/** Of one look all reports have the same. */
const summaries = new WeakMap<Incident, IncidentSummary>();

/** All incidents but the one shown, the newest first. */
export function othersOf(looked: Looked, shown: Incident | undefined): IncidentSummary[] {
  return looked.incidents
    .filter((incident) => incident !== shown)
    .toReversed()
    .slice(0, MAX_OTHERS)
    .map((incident) => {
      const known = summaries.get(incident) ?? summaryOf(looked, incident);
      summaries.set(incident, known);
      return known;
    });
}

function summaryOf(looked: Looked, seen: Incident): IncidentSummary {
  const { concerned, incident } = symptomsOf(looked, seen);
  const [first] = failureGroups(looked, incident, concerned);
  return {
    id: idOf(incident, concerned),
    from: nanos(incident.fromMicros),
    to: nanos(incident.toMicros),
    traceCount: concerned.length,
    summary: first === undefined ? 'trouble' : headline(first),
  };
}

/** A failure in a few words. */
export function headline({
  kind,
  service,
  operation,
  type,
  affected,
  spans,
  usualMillis,
  nowMillis,
  callee,
}: Failure): string {
  const toward = callee === undefined ? '' : ` to ${callee}`;
  if (kind === 'no-request') return `no request came to ${service}`;
  if (kind === 'slow') {
    const than = usualMillis === undefined ? '' : ` instead of ${usualMillis} ms`;
    return `${service} ${operation}${toward} took ${nowMillis} ms${than}`;
  }
  if (kind === 'missing-end') return `${affected} × ${service} ${operation} did not end`;
  return `${affected} of ${spans} × ${service} ${operation}${toward} failed with ${type}`;
}

/** Of the first symptom, so that a longer look at the same log has the same. */
export function idOf({ fromMicros }: Incident, [first]: readonly ConcernedTrace[]): string {
  return `${first?.traceId.slice(0, 8) ?? 'silence'}-${Math.floor(fromMicros / 1e6)}`;
}
