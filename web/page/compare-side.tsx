import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { counted, formatDate, formatNanos } from './format.ts';
import { drawOverview, overviewPixels } from './overview-canvas.ts';
import { follow } from './router.ts';
import type { ServiceColour } from './service-colours.ts';
import { useScheme, useWidth } from './surroundings.ts';
import { MissingTrace } from './trace-missing.tsx';
import type { LoadedTrace } from './loaded-trace.ts';

interface CompareSideProps {
  readonly name: 'A' | 'B';
  readonly trace: LoadedTrace;
  /** What the whole width stands for, and how many rows the height has: the same on both sides. */
  readonly nanos: number;
  readonly rows: number;
  readonly colourOf: ServiceColour;
}

/** One of two traces: what it is, and its shape. */
export function CompareSide({ name, trace, nanos, rows, colourOf }: CompareSideProps): JSX.Element {
  const { outline, tree, error, refusal } = trace;
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(canvas);
  const scheme = useScheme();
  useLayoutEffect(() => {
    if (canvas.current !== null)
      drawOverview(canvas.current, { tree, nanos, rows, width, colourOf });
  }, [tree, nanos, rows, width, colourOf, scheme]);
  const root = tree.rows[0];
  const failed = tree.rows.filter((row) => row.failed).length;
  return (
    <section class="compare-side" aria-label={`Trace ${name}`}>
      {outline === undefined ? (
        <MissingTrace error={error} nearest={refusal?.nearest ?? []} />
      ) : (
        <>
          <h2>
            <span class="badge">{name}</span>{' '}
            <a href={`/trace/${outline.traceId}`} onClick={follow}>
              {root?.service} {root?.span.name}
            </a>
          </h2>
          <p class="facts">
            <strong>{formatNanos(tree.durationNanos)}</strong>
            <span>{counted(tree.rows.length, 'span')}</span>
            <span>{formatDate(Number(BigInt(tree.startTimeUnixNano) / 1000n))}</span>
            {failed > 0 && <span class="badge bad">{counted(failed, 'error')}</span>}
          </p>
        </>
      )}
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Shape of trace ${name}`}
        style={{ height: `${overviewPixels(rows)}px` }}
      />
    </section>
  );
}
