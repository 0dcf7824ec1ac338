import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { lineKey } from '../../spans/line-key.ts';
import type { TraceDetail } from '../page-api.ts';
import { counted, formatDate, formatNanos } from './format.ts';
import { LogPane } from './log-pane.tsx';
import { usePolled } from './polled.ts';
import { follow, goBack, navigate, withParams, type Place } from './router.ts';
import { serviceColours } from './service-colours.ts';
import { SpanPane } from './span-pane.tsx';
import { spanTree, type SpanTree } from './span-tree.ts';
import { Waterfall } from './waterfall.tsx';

interface TraceViewProps {
  readonly traceId: string;
  readonly place: Place;
}

const REFRESH_MILLIS = 2_000;
/** A trace still grows for a while after its first spans are there. */
const GROWING_MILLIS = 20_000;
/** Not asked for again and again. */
const LARGE_SPANS = 2_000;

/** One trace: its waterfall, the span chosen (`?span=`), and its log lines, of which one may be chosen (`?line=`). */
export function TraceView({ traceId, place }: TraceViewProps): JSX.Element {
  const address = `/api/one-log/traces/${traceId}`;
  const [growing, setGrowing] = useState(true);
  const { data, error } = usePolled<TraceDetail>(address, growing ? REFRESH_MILLIS : 0);
  const large = data !== undefined && data.spans.length > LARGE_SPANS;
  useEffect(() => {
    const timer = window.setTimeout(() => setGrowing(false), large ? 0 : GROWING_MILLIS);
    return () => window.clearTimeout(timer);
  }, [large]);
  const tree = useMemo(() => spanTree(data?.spans ?? []), [data]);
  const spansOfLine = useMemo(() => spanIdsByLine(data), [data]);
  const colourOf = useMemo(() => serviceColours(data?.services ?? []), [data]);
  useEffect(() => {
    document.title = `${tree.rows[0]?.span.name ?? 'Trace'} – One Log`;
  }, [tree]);

  const spanId = place.params.get('span') ?? '';
  const line = place.params.get('line') ?? '';
  const choose = (changes: { span: string; line: string }): void =>
    navigate(withParams(place, changes), { replace: true });
  useEscape(() => (spanId === '' ? goBack() : choose({ span: '', line: '' })));

  if (data === undefined) return <Missing error={error} />;
  const row = tree.rows.find(({ span }) => span.spanId === spanId);
  const linesOfSpan = new Set(row?.span.lines.map(lineKey));
  return (
    <article class={row === undefined ? 'one-trace' : 'one-trace chosen'}>
      <TraceHead data={data} tree={tree} />
      <div class="column">
        <Waterfall
          tree={tree}
          colourOf={colourOf}
          chosen={spanId}
          marked={new Set(spansOfLine.get(line))}
          onChoose={(span) => choose({ span, line: '' })}
        />
        <LogPane
          lines={data.lines}
          startTimeUnixNano={tree.startTimeUnixNano}
          colourOf={colourOf}
          chosen={line}
          marked={linesOfSpan}
          onChoose={(key) => choose({ span: spansOfLine.get(key)?.[0] ?? '', line: key })}
        />
      </div>
      {row !== undefined && (
        <SpanPane
          row={row}
          tree={tree}
          lines={data.lines.filter(({ key }) => linesOfSpan.has(key))}
          chosenLine={line}
          colour={colourOf(row.service)}
          onClose={() => choose({ span: '', line: '' })}
        />
      )}
    </article>
  );
}

function TraceHead({
  data,
  tree,
}: {
  readonly data: TraceDetail;
  readonly tree: SpanTree;
}): JSX.Element {
  const failed = tree.rows.filter((row) => row.failed).length;
  const remarked = tree.rows.filter((row) => row.remarks.length > 0).length;
  const root = tree.rows[0];
  return (
    <header class="trace-head">
      <h1>
        <span class="service">{root?.service}</span> {root?.span.name}
      </h1>
      <p>
        <span>{formatDate(Number(BigInt(tree.startTimeUnixNano) / 1000n))}</span>
        <span>{formatNanos(tree.durationNanos)}</span>
        <span>{counted(data.spans.length, 'span')}</span>
        <span>{counted(data.lines.length, 'log line')}</span>
        {failed > 0 && <span class="badge bad">{counted(failed, 'error')}</span>}
        {remarked > 0 && <span class="badge odd">{counted(remarked, 'span')} with remarks</span>}
        <code class="dim">{data.traceId}</code>
      </p>
    </header>
  );
}

function Missing({ error }: { readonly error: string | undefined }): JSX.Element {
  if (error === undefined) return <p class="notice">Looking …</p>;
  return (
    <section class="notice" role="alert">
      <p>{error}</p>
      <p>
        <a href="/" onClick={follow}>
          All traces
        </a>
      </p>
    </section>
  );
}

/** A line may be in several spans. */
function spanIdsByLine(data: TraceDetail | undefined): Map<string, string[]> {
  const byLine = new Map<string, string[]>();
  for (const { spanId, lines } of data?.spans ?? []) {
    for (const line of lines) {
      const key = lineKey(line);
      const known = byLine.get(key);
      if (known === undefined) byLine.set(key, [spanId]);
      else known.push(spanId);
    }
  }
  return byLine;
}

function useEscape(onEscape: () => void): void {
  // With the drawing, not after it: a key that follows at once finds the view that is seen.
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) onEscape();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  });
}
