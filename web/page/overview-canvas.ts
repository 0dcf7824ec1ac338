import type { ServiceColour } from './service-colours.ts';
import type { SpanTree } from './span-tree.ts';

interface Overview {
  readonly tree: SpanTree;
  /** What the whole width stands for. */
  readonly nanos: number;
  /** For how many rows there is to be room. */
  readonly rows: number;
  /** In CSS pixels. */
  readonly width: number;
  readonly colourOf: ServiceColour;
}

const MOST_PIXELS = 120;
const THICKEST_PIXELS = 8;

/** How high the picture of so many rows is, in CSS pixels. */
export const overviewPixels = (rows: number): number =>
  Math.min(MOST_PIXELS, Math.max(1, rows) * THICKEST_PIXELS);

/** The whole waterfall of a trace in a small picture: a line for each span, as thin as need be. */
export function drawOverview(
  canvas: HTMLCanvasElement,
  { tree, nanos, rows, width, colourOf }: Overview,
): void {
  const scale = window.devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(overviewPixels(rows) * scale);
  const context = canvas.getContext('2d');
  if (context === null || !(nanos > 0)) return;
  context.scale(scale, scale);
  const pitch = overviewPixels(rows) / Math.max(1, rows);
  const thick = Math.max(1, pitch - 1);
  for (const [index, { service, node }] of tree.rows.entries()) {
    const left = (node.start / nanos) * width;
    context.fillStyle = colourOf(service);
    context.fillRect(left, index * pitch, Math.max(1, (node.end / nanos) * width - left), thick);
  }
}
