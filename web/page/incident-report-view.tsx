import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { IncidentReport } from '../../incident/report.ts';
import { counted, formatDate, formatNanos } from './format.ts';
import { CausePart, FailuresPart, ImpactPart, TiesPart } from './incident-parts.tsx';
import { incidentHref } from './incident-href.ts';
import { useKeys } from './keys.ts';
import { usePolled } from './polled.ts';
import { follow, navigate } from './router.ts';

const REFRESH_MILLIS = 5_000;

/** One incident in its three parts: what caused it, what failed, whom it concerned. */
export function IncidentReportView({ encodedId }: { readonly encodedId: string }): JSX.Element {
  const address = `/api/one-log/incidents/${encodedId}`;
  const { data, error } = usePolled<IncidentReport>(address, REFRESH_MILLIS);
  useKeys({ Escape: () => navigate('/incidents') });
  useEffect(() => {
    document.title = `${data?.summary ?? 'Incident'} – One Log`;
  }, [data]);
  if (data === undefined) {
    return (
      <section class="notice" role={error === undefined ? undefined : 'alert'}>
        <p>{error ?? 'Looking …'}</p>
        <p>
          <a href="/incidents" onClick={follow}>
            All incidents
          </a>
        </p>
      </section>
    );
  }
  const { verdict, from, to, ongoing, summary, windowSeconds, others, notes, counts } = data;
  return (
    <article class="incident-report">
      <header>
        <h1>{summary}</h1>
        <p class="facts">
          <span>{formatDate(micros(from))}</span>
          <span>{formatNanos(Number(BigInt(to) - BigInt(from)))}</span>
          {ongoing && <span class="badge bad">still going on</span>}
          <span class={verdict === 'cause found' ? 'badge' : 'badge odd'}>{verdict}</span>
          <a href={`/logs?at=${micros(from) / 1e6}`} onClick={follow}>
            the log at its beginning
          </a>
        </p>
        {error !== undefined && <p class="notice bad">{error}</p>}
      </header>
      <CausePart report={data} />
      <FailuresPart failures={data.failures} />
      <ImpactPart impact={data.impact} />
      <TiesPart report={data} />
      <footer>
        <p class="dim">
          Looked at {counted(counts.traces, 'trace')} with {counted(counts.spans, 'span')} and{' '}
          {counted(counts.events, 'system event')}; an event up to {windowSeconds} s from a trace
          may be tied to it.
        </p>
        {notes.map((note) => (
          <p key={note} class="dim">
            {note}
          </p>
        ))}
        {others.length > 0 && (
          <>
            <h3>Other incidents</h3>
            <ul class="plain">
              {others.map((other) => (
                <li key={other.id}>
                  <a href={incidentHref(other.id)} onClick={follow}>
                    {formatDate(micros(other.from))}
                  </a>{' '}
                  {other.summary}
                </li>
              ))}
            </ul>
          </>
        )}
      </footer>
    </article>
  );
}

const micros = (nanos: string): number => Number(BigInt(nanos) / 1000n);
