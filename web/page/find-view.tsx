import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Names, TraceList } from '../page-api.ts';
import { FindFilters } from './find-filters.tsx';
import { counted } from './format.ts';
import { usePolled } from './polled.ts';
import type { Place } from './router.ts';
import { serviceColours } from './service-colours.ts';
import { TraceItem } from './trace-item.tsx';

const REFRESH_MILLIS = 2_000;

/** The newest traces, narrowed by the address's parameters and kept fresh. */
export function FindView({ place }: { readonly place: Place }): JSX.Element {
  const [paused, setPaused] = useState(false);
  const everyMillis = paused ? 0 : REFRESH_MILLIS;
  const { data, error } = usePolled<TraceList>(`/api/one-log/traces?${place.params}`, everyMillis);
  const service = encodeURIComponent(place.params.get('service') ?? '');
  const names = usePolled<Names>(`/api/one-log/names?service=${service}`, everyMillis).data;
  const colourOf = useMemo(() => serviceColours(names?.services ?? []), [names]);
  const longest = Math.max(1, ...(data?.traces ?? []).map((trace) => trace.durationMicros));
  useEffect(() => {
    document.title = 'Traces – One Log';
  }, []);
  return (
    <section class="find" aria-label="Traces" onKeyDown={moveFocus}>
      <FindFilters place={place} names={names} paused={paused} onPause={setPaused} />
      {error !== undefined && (
        <p class="notice bad" role="alert">
          {error}
        </p>
      )}
      {data !== undefined && (
        <>
          <p class="count" aria-live="polite">
            {data.traces.length.toLocaleString('en')} of {counted(data.total, 'trace')}, the newest
            first
            {data.evicted > 0 && `; ${counted(data.evicted, 'older trace')} fell out of the store`}
          </p>
          {data.traces.length === 0 && <Nothing held={data.total > 0} />}
          <ul class="traces">
            {data.traces.map((trace) => (
              <li key={trace.traceId}>
                <TraceItem trace={trace} colourOf={colourOf} longestMicros={longest} />
              </li>
            ))}
          </ul>
        </>
      )}
      {data === undefined && error === undefined && <p class="notice">Looking …</p>}
    </section>
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

/** Up and down go from trace to trace; a slash goes to the search. */
function moveFocus(event: KeyboardEvent): void {
  const { target, key } = event;
  if (!(target instanceof HTMLAnchorElement)) return;
  if (key === '/') {
    event.preventDefault();
    document.querySelector<HTMLInputElement>('input[type=search]')?.focus();
  }
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return;
  event.preventDefault();
  const item = target.closest('li');
  const next = key === 'ArrowDown' ? item?.nextElementSibling : item?.previousElementSibling;
  next?.querySelector('a')?.focus();
}
