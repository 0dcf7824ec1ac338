import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { CallStats } from '../call-graph.ts';
import type { ServiceMap } from '../services-api.ts';
import { formatNanos } from './format.ts';
import { follow } from './router.ts';
import { serviceLayers } from './service-layers.ts';
import type { ServiceColour } from './service-colours.ts';

interface ServiceMapDrawingProps {
  readonly map: ServiceMap;
  readonly colourOf: ServiceColour;
  /** What it is of: the last so many seconds, or `''`. */
  readonly last: string;
  /** From the top down instead of from left to right. */
  readonly upright: boolean;
}

const BOX = { width: 212, height: 64 };
/** Between layers, where the figures of the calls stand, and within one. */
const GAP = { wide: 132, narrow: 74, within: 28 };
const MARGIN = 16;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Who calls whom, as boxes and curves; a table beside it says the same to those who cannot see it. */
export function ServiceMapDrawing({
  map,
  colourOf,
  last,
  upright,
}: ServiceMapDrawingProps): JSX.Element {
  const { places, width, height } = useMemo(() => placed(map, upright), [map, upright]);
  const seconds = (map.toMicros - map.fromMicros) / 1e6;
  /** Above or below a line that goes across; on the right of one that goes down. */
  const beside = ({ x, y }: Point, below: number): Point & { 'text-anchor': 'start' | 'middle' } =>
    upright
      ? { x: x + 12, y: y + 5 + below * 0.7, 'text-anchor': 'start' }
      : { x, y: y + below, 'text-anchor': 'middle' };
  const most = Math.max(1, ...map.edges.map(({ stats }) => stats.calls));
  return (
    <div class="service-map">
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${map.nodes.length} services and who calls whom; the table below has the figures`}
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0L8 4L0 8Z" class="arrow" />
          </marker>
        </defs>
        {map.edges.map(({ from, to, stats }) => {
          const [start, end] = [places.get(from), places.get(to)];
          if (start === undefined || end === undefined) return null;
          const { path, middle } = curve(start, end, upright);
          const weight = 1 + (3 * Math.log1p(stats.calls)) / Math.log1p(most);
          return (
            <g key={`${from} ${to}`} class={stats.errors > 0 ? 'call failing' : 'call'}>
              <path d={path} stroke-width={weight} marker-end="url(#arrow)">
                <title>{`${from} calls ${to}: ${told(stats, seconds)}`}</title>
              </path>
              <text
                {...beside(middle, -8)}
              >{`${rate(stats.calls, seconds)} · ${formatNanos(stats.p95)}`}</text>
              {stats.errors > 0 && (
                <text {...beside(middle, 14)} class="bad">{`✕ ${share(stats)}`}</text>
              )}
            </g>
          );
        })}
        {map.nodes.map(({ name, isOutside, stats }) => {
          const { x, y } = places.get(name) ?? { x: 0, y: 0 };
          const box = (
            <g
              class={`service-box${isOutside ? ' outside' : ''}${stats.errors > 0 ? ' failing' : ''}`}
              transform={`translate(${x - BOX.width / 2} ${y - BOX.height / 2})`}
            >
              <title>{`${name}: ${told(stats, seconds)}`}</title>
              <rect width={BOX.width} height={BOX.height} rx="9" />
              <rect
                class="stripe"
                width="5"
                height={BOX.height - 18}
                x="9"
                y="9"
                rx="2.5"
                style={{ fill: isOutside ? undefined : colourOf(name) }}
              />
              <text x="24" y="26" class="title">
                {name.length > 22 ? `${name.slice(0, 21)}…` : name}
              </text>
              <text x="24" y="47">
                {`${rate(stats.calls, seconds)} · ${formatNanos(stats.p95)}`}
                {stats.errors > 0 && <tspan class="bad">{`  ✕ ${share(stats)}`}</tspan>}
              </text>
            </g>
          );
          if (isOutside) return <g key={name}>{box}</g>;
          return (
            <a
              key={name}
              href={findHref(name, last)}
              aria-label={`traces of ${name}`}
              onClick={follow as never}
            >
              {box}
            </a>
          );
        })}
      </svg>
    </div>
  );
}

/** A service's traces in the Find view, of the last seconds, or `''` for all. */
export const findHref = (service: string, last: string): string =>
  `/?${new URLSearchParams({ service, ...(last === '' ? {} : { last }) })}`;

/** `12.5/s`, or where that is little `3/min`. */
export function rate(calls: number, seconds: number): string {
  if (seconds <= 0) return `${calls}`;
  const each = calls / seconds;
  return each >= 0.95 ? `${digits(each)}/s` : `${digits(each * 60)}/min`;
}

/** The share of errors, `0.4 %`. */
export const share = ({ errors, calls }: CallStats): string =>
  `${digits((100 * errors) / Math.max(1, calls))} %`;

const digits = (value: number): string => String(Number(value.toPrecision(value >= 100 ? 3 : 2)));

function told(stats: CallStats, seconds: number): string {
  const { calls, errors, p50, p95, p99 } = stats;
  return (
    `${calls} calls (${rate(calls, seconds)}), ${errors} errors (${share(stats)}), ` +
    `half within ${formatNanos(p50)}, 95 % within ${formatNanos(p95)}, 99 % within ${formatNanos(p99)}`
  );
}

function placed(
  map: ServiceMap,
  upright: boolean,
): { places: Map<string, Point>; width: number; height: number } {
  const { services, layers, width: most } = serviceLayers(map);
  const sizes = Map.groupBy(services, ({ layer }) => layer);
  const [along, across] = upright ? [BOX.height, BOX.width] : [BOX.width, BOX.height];
  const gap = upright ? GAP.narrow : GAP.wide;
  const step = across + GAP.within;
  const places = new Map(
    services.map(({ name, layer, order }) => {
      const inLayer = sizes.get(layer)?.length ?? 1;
      const a = MARGIN + along / 2 + layer * (along + gap);
      const b = MARGIN + across / 2 + (order + (most - inLayer) / 2) * step;
      return [name, upright ? { x: b, y: a } : { x: a, y: b }];
    }),
  );
  const length = 2 * MARGIN + layers * along + Math.max(0, layers - 1) * gap;
  const breadth = 2 * MARGIN + most * step - GAP.within;
  const layerOf = new Map(services.map(({ name, layer }) => [name, layer]));
  const goesBack = map.edges.some(
    ({ from, to }) => (layerOf.get(from) ?? 0) >= (layerOf.get(to) ?? 0),
  );
  // A call that goes back goes around.
  const room = goesBack ? 40 : 0;
  return upright
    ? { places, width: breadth + room, height: length }
    : { places, width: length, height: breadth + room };
}

/** From the edge of one box to that of another; backwards and to itself around them. */
function curve(from: Point, to: Point, upright: boolean): { path: string; middle: Point } {
  const half = upright ? BOX.height / 2 : BOX.width / 2;
  const [a, b] = upright ? [from.y, to.y] : [from.x, to.x];
  const point = (along: number, across: number): Point =>
    upright ? { x: across, y: along } : { x: along, y: across };
  const [c, d] = upright ? [from.x, to.x] : [from.y, to.y];
  const text = ({ x, y }: Point): string => `${x} ${y}`;
  if (b > a) {
    const [start, end] = [a + half, b - half - 2];
    const bend = (end - start) / 2;
    const path = `M${text(point(start, c))}C${text(point(start + bend, c))} ${text(point(end - bend, d))} ${text(point(end, d))}`;
    return { path, middle: point((start + end) / 2, (c + d) / 2) };
  }
  // Out at the side, around, and in at the side.
  const side = (upright ? BOX.width : BOX.height) / 2;
  const out = Math.max(c, d) + side;
  const far = out + 34;
  const [start, end] = a === b && c === d ? [a + 24, b - 24] : [a, b];
  const path = `M${text(point(start, c + side))}C${text(point(start, far))} ${text(point(end, far))} ${text(point(end, d + side + 2))}`;
  return { path, middle: point((start + end) / 2, out + 26) };
}
