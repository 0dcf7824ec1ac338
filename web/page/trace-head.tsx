import type { JSX } from 'preact';
import type { TraceOutline } from '../trace-api.ts';
import { counted, formatDate, formatNanos } from './format.ts';
import { follow } from './router.ts';
import type { Doubt, SpanTree } from './span-tree.ts';

interface TraceHeadProps {
  readonly outline: TraceOutline;
  readonly tree: SpanTree;
  readonly isFlame: boolean;
  readonly showsCritical: boolean;
  readonly onFlame: () => void;
  readonly onCritical: () => void;
}

const DOUBTS: readonly Doubt[] = ['incomplete', 'inferred', 'odd'];

/** What the trace is, what is strange about it, and how it is looked at. */
export function TraceHead(props: TraceHeadProps): JSX.Element {
  const { outline, tree, isFlame, showsCritical, onFlame, onCritical } = props;
  const { rows } = tree;
  const root = rows[0];
  const failed = rows.filter((row) => row.failed).length;
  return (
    <header class="trace-head">
      <h1>
        <span class="service">{root?.service}</span> {root?.span.name}
      </h1>
      <p class="facts">
        <span>{formatDate(Number(BigInt(tree.startTimeUnixNano) / 1000n))}</span>
        <span>{formatNanos(tree.durationNanos)}</span>
        <span>{counted(rows.length, 'span')}</span>
        <span>{counted(outline.lineCount, 'log line')}</span>
        {failed > 0 && <span class="badge bad">{counted(failed, 'error')}</span>}
        {DOUBTS.map((doubt) => {
          const count = rows.filter((row) => row.doubt === doubt).length;
          return (
            count > 0 && (
              <span key={doubt} class="badge odd">
                {counted(count, 'span')} {doubt}
              </span>
            )
          );
        })}
        <code class="dim">{outline.traceId}</code>
      </p>
      {tree.remarks.length > 0 && <p class="notice odd">{tree.remarks.join(' · ')}</p>}
      <div class="toolbar">
        <div role="tablist" aria-label="How the trace is drawn">
          <button
            type="button"
            role="tab"
            aria-selected={!isFlame}
            onClick={() => isFlame && onFlame()}
          >
            Waterfall
          </button>
          <button
            type="button"
            role="tab"
            aria-selected={isFlame}
            title="f"
            onClick={() => isFlame || onFlame()}
          >
            Flame graph
          </button>
        </div>
        {!isFlame && (
          <button
            type="button"
            class="toggle"
            aria-pressed={showsCritical}
            title="what decides how long the trace takes (c)"
            onClick={onCritical}
          >
            Critical path
          </button>
        )}
        <a href={compareHref(outline, root?.service, root?.span.name)} onClick={follow}>
          Compare with …
        </a>
      </div>
    </header>
  );
}

/** The list of traces like this one, of which another is to be chosen. */
function compareHref({ traceId }: TraceOutline, service = '', operation = ''): string {
  return `/?${new URLSearchParams({ service, operation, compare: traceId })}`;
}
