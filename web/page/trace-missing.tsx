import type { JSX } from 'preact';
import type { TraceSummary } from '../../export/trace-finder.ts';
import { formatDate } from './format.ts';
import { follow } from './router.ts';

interface MissingTraceProps {
  /** Why; undefined while it is looked for. */
  readonly error: string | undefined;
  /** Traces whose ids are like the one asked for. */
  readonly nearest: readonly TraceSummary[];
}

/** In place of a trace that is not there. */
export function MissingTrace({ error, nearest }: MissingTraceProps): JSX.Element {
  if (error === undefined) return <p class="notice">Looking …</p>;
  return (
    <section class="notice missing" role="alert">
      <p>{error}</p>
      {nearest.length > 0 && (
        <>
          <p>Was it one of these?</p>
          <ul>
            {nearest.map(({ traceId, service, name, startMicros }) => (
              <li key={traceId}>
                <a href={`/trace/${traceId}`} onClick={follow}>
                  <code>{traceId}</code>
                </a>{' '}
                {service} {name}, {formatDate(startMicros)}
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        <a href="/" onClick={follow}>
          All traces
        </a>
      </p>
    </section>
  );
}
