import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { CallStats } from '../call-graph.ts';
import type { Names } from '../page-api.ts';
import type { ServiceMap } from '../services-api.ts';
import { counted, formatClock, formatNanos } from './format.ts';
import { usePolled } from './polled.ts';
import { follow, navigate, withParams, type Place } from './router.ts';
import { findHref, rate, ServiceMapDrawing, share } from './service-map.tsx';
import { serviceColours } from './service-colours.ts';

const REFRESH_MILLIS = 3_000;
const RANGES: readonly (readonly [seconds: string, name: string])[] = [
  ['60', 'last minute'],
  ['300', 'last 5 minutes'],
  ['3600', 'last hour'],
  ['', 'all that is held'],
];
/** What is shown unless the address says otherwise; `all` there is all. */
const DEFAULT_SECONDS = '300';

/** Who calls whom, how often, how well and how fast, in the time chosen (`?last=` seconds, or `all`). */
export function ServicesView({ place }: { readonly place: Place }): JSX.Element {
  const asked = place.params.get('last') ?? DEFAULT_SECONDS;
  const last = asked === 'all' ? '' : asked;
  const { data, error } = usePolled<ServiceMap>(
    `/api/one-log/services?last=${encodeURIComponent(last)}`,
    REFRESH_MILLIS,
  );
  const names = usePolled<Names>('/api/one-log/names?service=', REFRESH_MILLIS).data;
  const colourOf = useMemo(() => serviceColours(names?.services ?? []), [names]);
  const upright = useNarrow();
  useEffect(() => {
    document.title = 'Services – One Log';
  }, []);
  return (
    <section class="services" aria-label="Services">
      <div class="filters">
        <label>
          <span>Time</span>
          <select
            value={last}
            onChange={({ currentTarget: { value } }) =>
              navigate(withParams(place, { last: value === '' ? 'all' : value }), { replace: true })
            }
          >
            {RANGES.map(([seconds, name]) => (
              <option key={seconds} value={seconds}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      {error !== undefined && (
        <p class="notice bad" role="alert">
          {error}
        </p>
      )}
      {data === undefined && error === undefined && <p class="notice">Looking …</p>}
      {data !== undefined && <p class="count">{summary(data)}</p>}
      {data !== undefined && data.nodes.length === 0 && (
        <p class="notice">
          No span in this time. Choose a longer one, or wait: services appear by themselves.
        </p>
      )}
      {data !== undefined && data.nodes.length > 0 && (
        <>
          <ServiceMapDrawing map={data} colourOf={colourOf} last={last} upright={upright} />
          <Tables map={data} last={last} />
        </>
      )}
    </section>
  );
}

function summary({ spans, fromMicros, toMicros, isCut }: ServiceMap): string {
  if (spans === 0) return '';
  const time = `${formatClock(fromMicros)} to ${formatClock(toMicros)}`;
  return `${counted(spans, 'span')}, ${time}${isCut ? '; older ones are too many to count' : ''}`;
}

function Tables({ map, last }: { readonly map: ServiceMap; readonly last: string }): JSX.Element {
  const seconds = (map.toMicros - map.fromMicros) / 1e6;
  return (
    <div class="service-tables">
      <table>
        <caption>Services, and what they were asked</caption>
        <Head first="service" />
        <tbody>
          {map.nodes.map(({ name, isOutside, stats }) => (
            <tr key={name}>
              <th scope="row">
                {isOutside ? (
                  <span title="known by its callers alone">{name}</span>
                ) : (
                  <a href={findHref(name, last)} onClick={follow}>
                    {name}
                  </a>
                )}
              </th>
              <Figures stats={stats} seconds={seconds} />
            </tr>
          ))}
        </tbody>
      </table>
      <table>
        <caption>Calls, as the caller saw them</caption>
        <Head first="caller → callee" />
        <tbody>
          {map.edges.map(({ from, to, stats }) => (
            <tr key={`${from} ${to}`}>
              <th scope="row">{`${from} → ${to}`}</th>
              <Figures stats={stats} seconds={seconds} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ first }: { readonly first: string }): JSX.Element {
  return (
    <thead>
      <tr>
        {[first, 'calls', 'rate', 'errors', 'p50', 'p95', 'p99'].map((name) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Figures({
  stats,
  seconds,
}: {
  readonly stats: CallStats;
  readonly seconds: number;
}): JSX.Element {
  return (
    <>
      <td>{stats.calls.toLocaleString('en')}</td>
      <td>{rate(stats.calls, seconds)}</td>
      <td class={stats.errors > 0 ? 'bad' : ''}>
        {stats.errors > 0 ? `${stats.errors.toLocaleString('en')} (${share(stats)})` : '0'}
      </td>
      <td>{formatNanos(stats.p50)}</td>
      <td>{formatNanos(stats.p95)}</td>
      <td>{formatNanos(stats.p99)}</td>
    </>
  );
}

/** Whether the window is a phone's, also when it is turned. */
function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => NARROW.matches);
  useEffect(() => {
    const listen = (): void => setNarrow(NARROW.matches);
    NARROW.addEventListener('change', listen);
    return () => NARROW.removeEventListener('change', listen);
  }, []);
  return narrow;
}

const NARROW = window.matchMedia('(max-width: 800px)');
