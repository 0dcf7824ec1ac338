import type { IncidentProvider, IncidentReport } from '../incident/report.ts';

/** An incident in the list of all. */
export interface IncidentItem extends Pick<
  IncidentReport,
  'id' | 'verdict' | 'from' | 'to' | 'ongoing' | 'summary'
> {
  readonly traceCount: number;
  /** What the event that is its cause says of itself. */
  readonly cause: string | null;
}

/** `GET /api/one-log/incidents`: the newest first. */
export interface IncidentList {
  readonly incidents: readonly IncidentItem[];
  /** Whether an eye is kept on them at all. */
  readonly isWatched: boolean;
}

const MAX_INCIDENTS = 200;

/** Without what found nothing to report. */
export function listIncidents(provider: IncidentProvider | undefined): IncidentList {
  const reports = (provider?.reports() ?? []).filter(({ verdict }) => verdict !== 'no incident');
  return {
    incidents: reports.slice(0, MAX_INCIDENTS).map(itemOf),
    isWatched: provider !== undefined,
  };
}

/** `GET /api/one-log/incidents/:id`; undefined where it is not held. */
export function incidentReport(
  provider: IncidentProvider | undefined,
  id: string,
): IncidentReport | undefined {
  return provider?.reports().find((report) => report.id === id);
}

function itemOf(report: IncidentReport): IncidentItem {
  const { id, verdict, from, to, ongoing, summary, impact, rootCause } = report;
  const cause = rootCause?.event.summary ?? null;
  return { id, verdict, from, to, ongoing, summary, traceCount: impact.traceCount, cause };
}
