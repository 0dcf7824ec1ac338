import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { callTree } from '../../spans/flame/call-tree.ts';
import type { Span } from '../../spans/span.ts';
import { drawFlame, FLAME_ROW_PIXELS } from './flame-canvas.ts';
import { boxAt, flameLayout, type FlameBox, type FlameLayout } from './flame-layout.ts';
import { counted, formatNanos } from './format.ts';
import { servicesWork } from '../../spans/services-work.ts';
import type { ServiceColour } from './service-colours.ts';
import { useScheme, useWidth } from './surroundings.ts';

interface FlameViewProps {
  readonly spans: readonly Span[];
  readonly colourOf: ServiceColour;
  /** Only what is on the critical path counts. */
  readonly isCritical: boolean;
  readonly onCritical: (isCritical: boolean) => void;
}

/** Canvases have a largest size; deeper calls are seen by zooming in. */
const MOST_LEVELS = 250;

/**
 * The trace as a flame graph: what was called by the same path is one box, as
 * wide as it took time. A click or Enter zooms in, the arrow keys go from box
 * to box, and what is said of a box is said in text above.
 */
export function FlameView(props: FlameViewProps): JSX.Element {
  const { spans, colourOf, isCritical, onCritical } = props;
  const layout = useMemo(
    () =>
      flameLayout(callTree([servicesWork(spans)], { weight: isCritical ? 'critical' : 'self' })),
    [spans, isCritical],
  );
  const [zoom, setZoom] = useState<FlameBox>();
  const [active, setActive] = useState<FlameBox>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(canvas);
  const scheme = useScheme();
  useLayoutEffect(() => {
    setZoom(undefined);
    setActive(undefined);
  }, [layout]);

  const from = zoom?.frame.depth ?? 0;
  const start = zoom?.start ?? 0;
  const nanos = Math.max(1, (zoom?.end ?? layout.totalNanos) - start);
  const levels = Math.min(MOST_LEVELS, Math.max(1, layout.levels.length - from));
  useLayoutEffect(() => {
    if (canvas.current === null || width === 0) return;
    drawFlame(canvas.current, { layout, from, start, nanos, levels, width, active, colourOf });
  }, [layout, zoom, active, width, colourOf, scheme]);

  const under = (event: MouseEvent): FlameBox | undefined =>
    boxAt(
      layout,
      from + Math.floor(event.offsetY / FLAME_ROW_PIXELS),
      start + (event.offsetX / width) * nanos,
    );
  const shown = active ?? zoom ?? layout.boxes[0];
  return (
    <section class="flame" aria-label="Flame graph">
      <p class="flame-text" aria-live="polite">
        {shown === undefined ? (
          'No span of this trace took any time.'
        ) : (
          <BoxText box={shown} totalNanos={layout.totalNanos} />
        )}
      </p>
      <p class="flame-tools">
        <label class="check">
          <input
            type="checkbox"
            checked={isCritical}
            onChange={({ currentTarget }) => onCritical(currentTarget.checked)}
          />
          critical path only
        </label>
        <button
          type="button"
          class="toggle"
          disabled={zoom === undefined}
          onClick={() => setZoom(undefined)}
        >
          whole trace
        </button>
      </p>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        aria-label={`Flame graph of ${counted(spans.length, 'span')}: arrow keys go from box to box, Enter zooms in, Backspace out`}
        style={{ height: `${levels * FLAME_ROW_PIXELS}px` }}
        onPointerMove={(event) => setActive(under(event))}
        onPointerLeave={() => setActive(undefined)}
        onClick={(event) => setZoom(under(event))}
        onKeyDown={(event) => {
          const next = keyed(event.key, layout, active ?? zoom);
          if (event.key === 'Enter') setZoom(active);
          else if (event.key === 'Backspace') setZoom(zoom?.parent);
          else if (next === undefined) return;
          else setActive(next);
          event.preventDefault();
        }}
      />
    </section>
  );
}

function BoxText({
  box: { frame },
  totalNanos,
}: {
  readonly box: FlameBox;
  readonly totalNanos: number;
}): JSX.Element {
  const { service, name, count, errors, selfNanos } = frame;
  return (
    <>
      <strong>
        <span class="dim">{service}</span> {name}
      </strong>{' '}
      {formatNanos(frame.totalNanos)} ({((100 * frame.totalNanos) / totalNanos).toFixed(1)} %),
      itself {formatNanos(selfNanos)}, {counted(count, 'span')}
      {errors > 0 && <span class="badge bad">{counted(errors, 'error')}</span>}
    </>
  );
}

/** Where an arrow key goes from a box; undefined where it goes nowhere. */
function keyed(key: string, layout: FlameLayout, box: FlameBox | undefined): FlameBox | undefined {
  if (!key.startsWith('Arrow')) return undefined;
  if (box === undefined) return layout.boxes[0];
  const level = layout.levels[box.frame.depth] ?? [];
  const index = level.indexOf(box);
  if (key === 'ArrowDown') return box.children[0];
  if (key === 'ArrowUp') return box.parent;
  return level[index + (key === 'ArrowRight' ? 1 : -1)];
}
