import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { TraceList } from '../find-api.ts';
import type { Names } from '../page-api.ts';
import { FindFilters } from './find-filters.tsx';
import { counted } from './format.ts';
import { useKeys } from './keys.ts';
import { usePolled } from './polled.ts';
import { follow, navigate, withParams, type Place } from './router.ts';
import { Scatter, type ScatterArea } from './scatter.tsx';
import { serviceColours } from './service-colours.ts';
import { TraceItem } from './trace-item.tsx';

const REFRESH_MILLIS = 2_000;
const MOST_TRACES = 500;

/**
 * The newest traces, narrowed by the address's parameters (see `listTraces`)
 * and kept fresh. With `?compare=ID` another trace to compare that with is
 * chosen; `?scale=log` is of the diagram.
 */
export function FindView({ place }: { readonly place: Place }): JSX.Element {
  const [paused, setPaused] = useState(false);
  const everyMillis = paused ? 0 : REFRESH_MILLIS;
  const address = useMemo(() => listAddress(place), [place]);
  const { data: fresh, error } = usePolled<TraceList>(address, everyMillis);
  const data = useLast(fresh);
  const service = encodeURIComponent(place.params.get('service') ?? '');
  const names = usePolled<Names>(`/api/one-log/names?service=${service}`, everyMillis).data;
  const colourOf = useMemo(() => serviceColours(names?.services ?? []), [names]);
  const longest = Math.max(1, ...(data?.traces ?? []).map((trace) => trace.durationMicros));
  const compared = place.params.get('compare') ?? '';
  const set = (changes: Record<string, string>): void =>
    navigate(withParams(place, changes), { replace: true });
  const hrefOf = (traceId: string): string =>
    compared === ''
      ? `/trace/${traceId}`
      : `/compare?${new URLSearchParams({ a: compared, b: traceId })}`;
  useEffect(() => {
    document.title = 'Traces – One Log';
  }, []);
  useKeys({
    j: () => moveFocus(1),
    k: () => moveFocus(-1),
    ArrowDown: () => moveFocus(1),
    ArrowUp: () => moveFocus(-1),
    p: () => setPaused(!paused),
    c: () => set({ compare: focusedTrace() ?? compared }),
    Escape: compared === '' ? undefined : () => set({ compare: '' }),
  });
  return (
    <section class="find" aria-label="Traces">
      <FindFilters place={place} names={names} paused={paused} onPause={setPaused} />
      {compared !== '' && <Comparing traceId={compared} onEnd={() => set({ compare: '' })} />}
      {error !== undefined && (
        <p class="notice bad" role="alert">
          {error}
        </p>
      )}
      {data !== undefined && data.points.length > 0 && (
        <Scatter
          points={data.points}
          colourOf={colourOf}
          isLog={place.params.get('scale') === 'log'}
          onLog={(isLog) => set({ scale: isLog ? 'log' : '' })}
          hrefOf={hrefOf}
          onArea={(area) => set(areaParams(area))}
        />
      )}
      {data !== undefined && (
        <>
          <Count list={data} />
          {data.traces.length === 0 && <Nothing held={data.total > 0} />}
          <ul class="traces">
            {data.traces.map((trace) => (
              <li key={trace.traceId}>
                <TraceItem
                  trace={trace}
                  href={hrefOf(trace.traceId)}
                  colourOf={colourOf}
                  longestMicros={longest}
                  onCompare={compared === '' ? () => set({ compare: trace.traceId }) : undefined}
                />
              </li>
            ))}
          </ul>
          {data.points.length > data.traces.length && data.traces.length < MOST_TRACES && (
            <button
              type="button"
              class="toggle more"
              onClick={() => set({ limit: String(Math.min(MOST_TRACES, 4 * data.traces.length)) })}
            >
              Show more
            </button>
          )}
        </>
      )}
      {data === undefined && error === undefined && <p class="notice">Looking …</p>}
    </section>
  );
}

/** The last that was there: the list stays, with its focus, while another is on its way. */
function useLast<T>(value: T | undefined): T | undefined {
  const last = useRef(value);
  if (value !== undefined) last.current = value;
  return last.current;
}

/** What is asked of the server: the address without what is the page's own. */
function listAddress({ params }: Place): string {
  const asked = new URLSearchParams(params);
  for (const name of ['compare', 'scale']) asked.delete(name);
  return `/api/one-log/traces?${asked}`;
}

function areaParams({
  fromMicros,
  toMicros,
  minMicros,
  maxMicros,
}: ScatterArea): Record<string, string> {
  return {
    last: '',
    from: (fromMicros / 1e6).toFixed(6),
    to: (toMicros / 1e6).toFixed(6),
    minDuration: minMicros === 0 ? '' : String(minMicros / 1e3),
    maxDuration: String(maxMicros / 1e3),
  };
}

function Count({ list }: { readonly list: TraceList }): JSX.Element {
  const { traces, points, searched, total, evicted } = list;
  const found =
    points.length > traces.length ? ` of ${points.length.toLocaleString('en')} found` : '';
  return (
    <p class="count" aria-live="polite">
      {traces.length.toLocaleString('en')}
      {found}, the newest first; {counted(total, 'trace')} held
      {searched < total &&
        `, the newest ${searched.toLocaleString('en')} in this time looked through`}
      {evicted > 0 && `; ${counted(evicted, 'older trace')} fell out of the store`}
    </p>
  );
}

interface ComparingProps {
  readonly traceId: string;
  readonly onEnd: () => void;
}

function Comparing({ traceId, onEnd }: ComparingProps): JSX.Element {
  return (
    <p class="notice comparing" role="status">
      Choose the trace to compare with{' '}
      <a href={`/trace/${traceId}`} onClick={follow}>
        <code>{traceId.slice(0, 8)}…</code>
      </a>
      , in the diagram or in the list.{' '}
      <button type="button" class="toggle" onClick={onEnd}>
        Don’t compare
      </button>
    </p>
  );
}

function Nothing({ held }: { readonly held: boolean }): JSX.Element {
  return (
    <p class="notice">
      {held
        ? 'No trace fits these filters. Take one away, or wait: new traces appear by themselves.'
        : 'No trace yet. One appears here as soon as a request has ended in a service that is watched.'}
    </p>
  );
}

const links = (): HTMLAnchorElement[] => [
  ...document.querySelectorAll<HTMLAnchorElement>('.traces a.trace'),
];

const focusedTrace = (): string | undefined =>
  links().find((link) => link === document.activeElement)?.dataset['trace'];

/** From trace to trace in the list; from elsewhere to the first. */
function moveFocus(step: 1 | -1): void {
  const all = links();
  const index = all.findIndex((link) => link === document.activeElement);
  all[index < 0 ? 0 : Math.min(all.length - 1, Math.max(0, index + step))]?.focus();
}
