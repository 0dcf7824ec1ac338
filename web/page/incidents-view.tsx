import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { SystemEventList } from '../events-api.ts';
import type { TraceList } from '../find-api.ts';
import type { IncidentItem, IncidentList } from '../incidents-api.ts';
import { counted, formatDate, formatNanos } from './format.ts';
import { incidentHref } from './incident-href.ts';
import { IncidentReportView } from './incident-report-view.tsx';
import { IncidentTimeline } from './incident-timeline.tsx';
import { usePolled } from './polled.ts';
import { follow, type Place } from './router.ts';

const REFRESH_MILLIS = 3_000;

/** All incidents with a timeline of symptoms and events; or one of them, by its id in the path. */
export function IncidentsView({ place }: { readonly place: Place }): JSX.Element {
  const id = place.path.split('/')[2] ?? '';
  return id === '' ? (
    <AllIncidents place={place} />
  ) : (
    // The path has it as the API wants it.
    <IncidentReportView key={id} encodedId={id} />
  );
}

function AllIncidents({ place }: { readonly place: Place }): JSX.Element {
  const { data, error } = usePolled<IncidentList>('/api/one-log/incidents', REFRESH_MILLIS);
  const events = usePolled<SystemEventList>('/api/one-log/events', REFRESH_MILLIS).data;
  const failed = usePolled<TraceList>(
    '/api/one-log/traces?errors=true&limit=1',
    REFRESH_MILLIS,
  ).data;
  useEffect(() => {
    document.title = 'Incidents – One Log';
  }, []);
  return (
    <section class="incidents" aria-label="Incidents">
      {error !== undefined && (
        <p class="notice bad" role="alert">
          {error}
        </p>
      )}
      {data === undefined && error === undefined && <p class="notice">Looking …</p>}
      {data !== undefined && (
        <>
          <IncidentTimeline
            place={place}
            incidents={data.incidents}
            events={events?.events ?? []}
            failed={failed?.points ?? []}
          />
          <p class="count" aria-live="polite">
            {counted(data.incidents.length, 'incident')}, the newest first;{' '}
            {counted(events?.total ?? 0, 'system event')}
            {(events?.dropped ?? 0) > 0 &&
              `, ${events?.dropped.toLocaleString('en')} older ones fell out`}
          </p>
          {data.incidents.length === 0 && <p class="notice">{nothing(data.isWatched)}</p>}
          <ul class="incident-list">
            {data.incidents.map((incident) => (
              <li key={incident.id}>
                <Incident incident={incident} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

const nothing = (isWatched: boolean): string =>
  isWatched
    ? 'No incident: nothing fails or is slow beyond the usual. The usual failures of an operation are none.'
    : 'Nobody looks for incidents in this log.';

function Incident({ incident }: { readonly incident: IncidentItem }): JSX.Element {
  const { id, verdict, from, to, ongoing, summary, cause, traceCount } = incident;
  return (
    <a class="incident" href={incidentHref(id)} onClick={follow}>
      <time>{formatDate(micros(from))}</time>
      <strong>{summary}</strong>
      <span class="marks">
        {ongoing && <span class="badge bad">still going on</span>}
        <span class={verdict === 'cause found' ? 'badge' : 'badge odd'}>{verdict}</span>
      </span>
      <span class="dim">
        {formatNanos(Number(BigInt(to) - BigInt(from)))} · {counted(traceCount, 'trace')}
        {cause !== null && ` · ${cause}`}
      </span>
    </a>
  );
}

const micros = (nanos: string): number => Number(BigInt(nanos) / 1000n);
