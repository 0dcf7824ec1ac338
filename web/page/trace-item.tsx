import type { JSX } from 'preact';
import type { TraceSummary } from '../../export/trace-finder.ts';
import { counted, formatClock, formatDate, formatNanos } from './format.ts';
import { follow } from './router.ts';
import type { ServiceColour } from './service-colours.ts';

interface TraceItemProps {
  readonly trace: TraceSummary;
  readonly href: string;
  readonly colourOf: ServiceColour;
  /** Of the list: the length of a full bar. */
  readonly longestMicros: number;
  /** Takes it as the first of two; undefined where the first is chosen. */
  readonly onCompare: (() => void) | undefined;
}

/** One trace in the list: a link to its waterfall, and a button to compare it. */
export function TraceItem(props: TraceItemProps): JSX.Element {
  const { trace, href, colourOf, longestMicros, onCompare } = props;
  // By the square root: beside one long trace the others still differ.
  const share = 100 * Math.sqrt(trace.durationMicros / longestMicros);
  return (
    <>
      <a
        class={trace.errors > 0 ? 'trace failed' : 'trace'}
        href={href}
        data-trace={trace.traceId}
        onClick={follow}
      >
        <time title={formatDate(trace.startMicros)}>{formatClock(trace.startMicros)}</time>
        <span class="what">
          <span class="service">{trace.service}</span> <strong>{trace.name}</strong>
        </span>
        <span class="marks">
          {trace.errors > 0 && <span class="badge bad">{counted(trace.errors, 'error')}</span>}
          {trace.warned > 0 && (
            <span class="badge odd" title="repaired, inferred or incomplete">
              {trace.warned} incomplete
            </span>
          )}
        </span>
        <span class="services">
          {trace.services.map(({ name, spans }) => (
            <span key={name} class="chip">
              <i style={{ background: colourOf(name) }} />
              {name} <span class="dim">{spans}</span>
            </span>
          ))}
        </span>
        <span class="length">
          <span class="bar-track" aria-hidden="true">
            <span
              class="bar"
              style={{ width: `${Math.max(0.5, share)}%`, background: colourOf(trace.service) }}
            />
          </span>
          <span class="number">{formatNanos(trace.durationMicros * 1000)}</span>
        </span>
      </a>
      {onCompare !== undefined && (
        <button
          type="button"
          class="toggle compare"
          title="compare with another trace (c)"
          aria-label={`Compare ${trace.service} ${trace.name} with another trace`}
          onClick={onCompare}
        >
          ⇄
        </button>
      )}
    </>
  );
}
