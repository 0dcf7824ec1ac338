import type { JSX } from 'preact';
import { FindView } from './find-view.tsx';
import { follow, usePlace } from './router.ts';
import { TraceView } from './trace-view.tsx';

/** The frame around the views, and which view an address is. */
export function App(): JSX.Element {
  const place = usePlace();
  const traceId = /^\/trace\/([^/]+)$/.exec(place.path)?.[1];
  return (
    <>
      <header class="top">
        <a class="brand" href="/" onClick={follow}>
          <span class="brand-mark" aria-hidden="true" />
          One Log
        </a>
        <nav aria-label="Views">
          <a href="/" onClick={follow} aria-current={traceId === undefined ? 'page' : undefined}>
            Traces
          </a>
        </nav>
      </header>
      <main>
        {traceId === undefined ? (
          <FindView place={place} />
        ) : (
          <TraceView key={traceId} traceId={traceId} place={place} />
        )}
      </main>
    </>
  );
}
