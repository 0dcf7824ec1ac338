import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { CompareView } from './compare-view.tsx';
import { FindView } from './find-view.tsx';
import { IncidentsView } from './incidents-view.tsx';
import { KeyboardHelp } from './keyboard-help.tsx';
import { LogsView } from './logs-view.tsx';
import { follow, usePlace, type Place } from './router.ts';
import { ServicesView } from './services-view.tsx';
import { useShortcuts, VIEWS } from './shortcuts.ts';
import { ThemeSwitch } from './theme-switch.tsx';
import { TraceView } from './trace-view.tsx';

/** The frame around the views, and which view an address is. */
export function App(): JSX.Element {
  const place = usePlace();
  const [helping, setHelping] = useState(false);
  useShortcuts(() => setHelping(true));
  // A view that scrolled far must not leave the next one there.
  useEffect(() => window.scrollTo(0, 0), [place.path]);
  return (
    <>
      <header class="top">
        <a class="brand" href="/" onClick={follow}>
          <span class="brand-mark" aria-hidden="true" />
          <span class="brand-name">One Log</span>
        </a>
        <nav aria-label="Views">
          {VIEWS.map(({ name, href, holds, key }) => (
            <a
              key={href}
              href={href}
              title={`${name} (g, then ${key})`}
              onClick={follow}
              aria-current={holds.test(place.path) ? 'page' : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
        <ThemeSwitch />
        <button
          type="button"
          class="round"
          title="keyboard (?)"
          aria-label="Keyboard help"
          onClick={() => setHelping(true)}
        >
          ?
        </button>
      </header>
      <main>{view(place)}</main>
      {helping && <KeyboardHelp onClose={() => setHelping(false)} />}
    </>
  );
}

function view(place: Place): JSX.Element {
  const [, name = '', id = ''] = place.path.split('/');
  if (name === 'trace' && id !== '') return <TraceView key={id} traceId={id} place={place} />;
  if (name === 'compare') return <CompareView place={place} />;
  if (name === 'logs') return <LogsView place={place} />;
  if (name === 'services') return <ServicesView place={place} />;
  if (name === 'incidents') return <IncidentsView place={place} />;
  return <FindView place={place} />;
}
