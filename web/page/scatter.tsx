import type { JSX, TargetedPointerEvent } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { TracePoint } from '../../export/trace-finder.ts';
import { formatClock, formatDate, formatNanos } from './format.ts';
import { navigate } from './router.ts';
import { ScatterMark } from './scatter-mark.tsx';
import { scatterScale, type ScatterScale } from './scatter-scale.ts';
import type { ServiceColour } from './service-colours.ts';
import { useWidth } from './surroundings.ts';

interface ScatterProps {
  readonly points: readonly TracePoint[];
  readonly colourOf: ServiceColour;
  readonly isLog: boolean;
  readonly onLog: (isLog: boolean) => void;
  readonly hrefOf: (traceId: string) => string;
  /** Told the corner points of an area that was drawn: times in Unix microseconds, durations in microseconds. */
  readonly onArea: (area: ScatterArea) => void;
}

export interface ScatterArea {
  readonly fromMicros: number;
  readonly toMicros: number;
  readonly minMicros: number;
  readonly maxMicros: number;
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

const HEIGHT = 132;
/** Room for the marks of the axes. */
const LEFT = 62;
const RIGHT = 12;
const BOTTOM = 20;
const TOP = 8;
/** A pointer that moved less has clicked, */
const CLICK_PIXELS = 5;
/** and means a mark that is not farther. */
const REACH_PIXELS = 14;

/**
 * Traces as marks, duration over time. A click opens the nearest; an area
 * drawn with the pointer narrows the list to it; by keys, the arrows go from
 * trace to trace (by time, and by duration) and Enter opens one.
 */
export function Scatter(props: ScatterProps): JSX.Element {
  const { points, colourOf, isLog, onLog, hrefOf, onArea } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = Math.max(60, useWidth(box) - LEFT - RIGHT);
  const [active, setActive] = useState('');
  const [drawn, setDrawn] = useState<readonly [from: Spot, to: Spot]>();
  const zoneMinutes = new Date().getTimezoneOffset();
  const scale = useMemo(
    () => scatterScale(points, { width, height: HEIGHT, isLog, zoneMinutes }),
    [points, width, isLog, zoneMinutes],
  );
  const point = points.find(({ traceId }) => traceId === active);

  const finish = (from: Spot, to: Spot): void => {
    setDrawn(undefined);
    if (Math.hypot(to.x - from.x, to.y - from.y) >= CLICK_PIXELS) onArea(areaOf(scale, from, to));
    else {
      const near = nearest(points, scale, to);
      if (near !== undefined) navigate(hrefOf(near.traceId));
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && point !== undefined) navigate(hrefOf(point.traceId));
    else {
      const next = neighbour(points, active, event.key);
      if (next === undefined) return;
      setActive(next.traceId);
    }
    event.preventDefault();
  };
  return (
    <figure class="scatter" aria-label="Durations over time">
      <figcaption>
        <span class="scatter-text" aria-live="polite">
          {point === undefined ? (
            <span class="dim">
              {points.length === 1 ? 'one trace' : `${points.length} traces`}: duration over time;
              draw an area to look closer
            </span>
          ) : (
            <PointText point={point} />
          )}
        </span>
        <button type="button" class="toggle" aria-pressed={isLog} onClick={() => onLog(!isLog)}>
          log scale
        </button>
      </figcaption>
      <div
        ref={box}
        class="scatter-box"
        role="application"
        tabIndex={0}
        aria-label="Traces by time and duration: left and right go by time, up and down by duration, Enter opens"
        onKeyDown={onKeyDown}
        onBlur={() => setActive('')}
      >
        <svg width="100%" height={TOP + HEIGHT + BOTTOM} aria-hidden="true">
          <g transform={`translate(${LEFT} ${TOP})`}>
            <Axes scale={scale} width={width} />
            {points.map((one) => (
              <ScatterMark
                key={one.traceId}
                x={scale.x(one.startMicros)}
                y={scale.y(one.durationMicros)}
                colour={colourOf(one.service)}
                failed={one.errors > 0}
                active={one.traceId === active}
              />
            ))}
            {drawn !== undefined && <Area between={drawn} />}
            <rect
              class="catcher"
              x={-LEFT}
              y={-TOP}
              width={width + LEFT + RIGHT}
              height={TOP + HEIGHT + BOTTOM}
              onPointerDown={(event) => {
                if (event.button !== 0) return;
                event.currentTarget.setPointerCapture(event.pointerId);
                const spot = spotOf(event, width);
                setDrawn([spot, spot]);
              }}
              onPointerMove={(event) => {
                const spot = spotOf(event, width);
                if (drawn !== undefined) setDrawn([drawn[0], spot]);
                else setActive(nearest(points, scale, spot)?.traceId ?? '');
              }}
              onPointerUp={(event) => drawn && finish(drawn[0], spotOf(event, width))}
              onPointerCancel={() => setDrawn(undefined)}
              onPointerLeave={() => setActive('')}
            />
          </g>
        </svg>
      </div>
    </figure>
  );
}

function PointText({ point }: { readonly point: TracePoint }): JSX.Element {
  return (
    <>
      <span class="dim">{point.service}</span> <strong>{point.name}</strong>{' '}
      {formatNanos(point.durationMicros * 1000)}, {formatDate(point.startMicros)}
      {point.errors > 0 && ', with an error'}
    </>
  );
}

function Axes({
  scale,
  width,
}: {
  readonly scale: ScatterScale;
  readonly width: number;
}): JSX.Element {
  return (
    <g class="axes">
      {scale.durations.map((micros) => (
        <g key={micros} transform={`translate(0 ${scale.y(micros)})`}>
          <line x2={width} />
          <text x={-8} dy="0.32em" text-anchor="end">
            {formatNanos(micros * 1000)}
          </text>
        </g>
      ))}
      {scale.times.map((micros) => (
        <text key={micros} x={scale.x(micros)} y={HEIGHT + 15} text-anchor="middle">
          {formatClock(micros).replace(/\.000$/, '')}
        </text>
      ))}
    </g>
  );
}

function Area({ between: [a, b] }: { readonly between: readonly [Spot, Spot] }): JSX.Element {
  return (
    <rect
      class="area"
      x={Math.min(a.x, b.x)}
      y={Math.min(a.y, b.y)}
      width={Math.abs(a.x - b.x)}
      height={Math.abs(a.y - b.y)}
    />
  );
}

/** Where a pointer is within the axes. */
function spotOf(event: TargetedPointerEvent<SVGRectElement>, width: number): Spot {
  const { left, top } = event.currentTarget.getBoundingClientRect();
  const within = (value: number, most: number): number => Math.min(most, Math.max(0, value));
  return {
    x: within(event.clientX - left - LEFT, width),
    y: within(event.clientY - top - TOP, HEIGHT),
  };
}

/** One microsecond more on each side: the marks at the edge are meant too, and at the lower one all below. */
function areaOf(scale: ScatterScale, a: Spot, b: Spot): ScatterArea {
  const lower = Math.max(a.y, b.y);
  return {
    fromMicros: Math.floor(scale.timeAt(Math.min(a.x, b.x))),
    toMicros: Math.ceil(scale.timeAt(Math.max(a.x, b.x))),
    minMicros: lower >= HEIGHT ? 0 : Math.max(0, Math.floor(scale.durationAt(lower))),
    maxMicros: Math.ceil(scale.durationAt(Math.min(a.y, b.y))),
  };
}

function nearest(
  points: readonly TracePoint[],
  scale: ScatterScale,
  { x, y }: Spot,
): TracePoint | undefined {
  let best: TracePoint | undefined;
  let least = REACH_PIXELS;
  for (const point of points) {
    const far = Math.hypot(scale.x(point.startMicros) - x, scale.y(point.durationMicros) - y);
    if (far < least) [best, least] = [point, far];
  }
  return best;
}

/** The trace that a key goes to from another; undefined for other keys. */
function neighbour(
  points: readonly TracePoint[],
  from: string,
  key: string,
): TracePoint | undefined {
  const by = /^(?:ArrowUp|ArrowDown)$/.test(key) ? 'durationMicros' : 'startMicros';
  const sorted = points.toSorted((a, b) => a[by] - b[by]);
  const index = sorted.findIndex(({ traceId }) => traceId === from);
  if (key === 'Home') return sorted[0];
  if (key === 'End') return sorted.at(-1);
  if (key === 'ArrowRight' || key === 'ArrowUp') return sorted[index + 1];
  if (key !== 'ArrowLeft' && key !== 'ArrowDown') return undefined;
  return index < 0 ? sorted.at(-1) : sorted[index - 1];
}
