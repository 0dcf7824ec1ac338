import type { JSX } from 'preact';
import type { TracePoint } from '../../export/trace-finder.ts';
import type { ReportedEvent } from '../../incident/report.ts';
import type { IncidentItem } from '../incidents-api.ts';
import { formatClock } from './format.ts';
import { incidentHref } from './incident-href.ts';
import { logsHref } from './logs-href.ts';
import { follow, navigate, withParams, type Place } from './router.ts';

interface IncidentTimelineProps {
  readonly place: Place;
  readonly incidents: readonly IncidentItem[];
  readonly events: readonly ReportedEvent[];
  /** Traces with errors. */
  readonly failed: readonly TracePoint[];
}

const RANGES: readonly (readonly [minutes: string, name: string])[] = [
  ['5', '5 minutes'],
  ['30', '30 minutes'],
  ['180', '3 hours'],
  ['', 'all'],
];
const DEFAULT_MINUTES = '30';
const MOST_LANES = 12;
const TICKS = 5;

interface Mark {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly href: string | undefined;
}

/** Incidents, traces that failed and system events by source, each a lane on one time axis that ends with the newest of them. */
export function IncidentTimeline(props: IncidentTimelineProps): JSX.Element | null {
  const { place, incidents, events, failed } = props;
  const asked = place.params.get('minutes') ?? DEFAULT_MINUTES;
  const minutes = asked === 'all' ? '' : asked;
  const lanes = lanesOf(incidents, events, failed);
  const marks = lanes.flatMap((lane) => lane.marks);
  if (marks.length === 0) return null;
  const newest = marks.reduce((latest, mark) => Math.max(latest, mark.to), 0);
  const oldest = marks.reduce((earliest, mark) => Math.min(earliest, mark.from), newest);
  const asLong = newest - Math.max(0.1, Number(minutes) || 30) * 60e6;
  const from = minutes === '' ? oldest : Math.max(oldest, asLong);
  // Room for the newest: marks are wider than they are long.
  const to = newest + (newest - from) / 50;
  const place100 = (micros: number): number => (100 * (micros - from)) / Math.max(1, to - from);
  return (
    <div class="timeline">
      <div class="timeline-head">
        <label>
          <span>Time</span>{' '}
          <select
            value={minutes}
            onChange={({ currentTarget: { value } }) =>
              navigate(withParams(place, { minutes: value === '' ? 'all' : value }), {
                replace: true,
              })
            }
          >
            {RANGES.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      {lanes.map(({ name, kind, marks }) => {
        const shown = marks.filter((mark) => mark.to >= from);
        return (
          <div
            key={name}
            class={`timeline-lane ${kind}`}
            role="group"
            aria-label={`${name}: ${shown.length}`}
          >
            <span class="label" title={name}>
              {name} <span class="dim">{shown.length}</span>
            </span>
            <span class="timeline-track">
              {shown.map(({ key, from: start, to: end, label, href }) => {
                const left = Math.max(0, place100(start));
                const style = { left: `${left}%`, width: `${Math.max(0, place100(end) - left)}%` };
                return href === undefined ? (
                  <i key={key} title={label} style={style} />
                ) : (
                  <a
                    key={key}
                    href={href}
                    title={label}
                    aria-label={label}
                    tabIndex={kind === 'incident-lane' ? 0 : -1}
                    style={style}
                    onClick={follow}
                  />
                );
              })}
            </span>
          </div>
        );
      })}
      <div class="timeline-lane axis-lane" aria-hidden="true">
        <span class="label" />
        <span class="timeline-track">
          {Array.from(
            { length: TICKS },
            (_, index) => from + ((to - from) * index) / (TICKS - 1),
          ).map((micros) => (
            <time key={micros} style={{ left: `${place100(micros)}%` }}>
              {formatClock(micros).slice(0, 8)}
            </time>
          ))}
        </span>
      </div>
    </div>
  );
}

interface TimelineLane {
  readonly name: string;
  readonly kind: string;
  readonly marks: readonly Mark[];
}

/** Of events' sources, those with most events; the rest are one lane. */
function lanesOf(
  incidents: readonly IncidentItem[],
  events: readonly ReportedEvent[],
  failed: readonly TracePoint[],
): TimelineLane[] {
  const bySource = [...Map.groupBy(events, ({ source }) => source)].sort(
    (a, b) => b[1].length - a[1].length,
  );
  const rest = bySource.splice(MOST_LANES).flatMap(([, some]) => some);
  if (rest.length > 0) bySource.push(['others', rest]);
  return [
    { name: 'Incidents', kind: 'incident-lane', marks: incidents.map(ofIncident) },
    { name: 'Failed traces', kind: 'failed-lane', marks: failed.map(ofTrace) },
    ...bySource.map(([name, some]) => ({ name, kind: 'event-lane', marks: some.map(ofEvent) })),
  ].filter(({ marks }) => marks.length > 0);
}

const ofIncident = ({ id, from, to, summary }: IncidentItem): Mark => ({
  key: id,
  from: micros(from),
  to: micros(to),
  label: summary,
  href: incidentHref(id),
});

const ofTrace = ({ traceId, service, name, startMicros, durationMicros }: TracePoint): Mark => ({
  key: traceId,
  from: startMicros,
  to: startMicros + durationMicros,
  label: `${service} ${name}`,
  href: `/trace/${traceId}`,
});

function ofEvent(event: ReportedEvent): Mark {
  const [line] = event.lines;
  const key = line !== undefined && 'seq' in line ? `${line.instance}#${line.seq}` : '';
  return {
    key: event.id,
    from: micros(event.startTimeUnixNano),
    to: micros(event.endTimeUnixNano),
    label: `${event.kind}: ${event.summary}`,
    href: logsHref(key),
  };
}

const micros = (nanos: string): number => Number(BigInt(nanos) / 1000n);
