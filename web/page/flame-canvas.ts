import type { FlameBox, FlameLayout } from './flame-layout.ts';
import type { ServiceColour } from './service-colours.ts';

interface FlameDrawing {
  readonly layout: FlameLayout;
  /** The depth drawn at the top, the moment at the left edge, and what fits the width. */
  readonly from: number;
  readonly start: number;
  readonly nanos: number;
  readonly levels: number;
  /** In CSS pixels. */
  readonly width: number;
  readonly active: FlameBox | undefined;
  readonly colourOf: ServiceColour;
}

export const FLAME_ROW_PIXELS = 20;
const TEXT_MARGIN = 5;
/** A narrower box has no room for a letter, */
const LEAST_TEXT_PIXELS = 24;
/** and one still narrower is drawn with what is beside it. */
const LEAST_PIXELS = 0.5;

/** Draws the boxes that can be seen, at the screen's own resolution. */
export function drawFlame(canvas: HTMLCanvasElement, drawing: FlameDrawing): void {
  const { layout, from, start, nanos, levels, width, active, colourOf } = drawing;
  const scale = window.devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(levels * FLAME_ROW_PIXELS * scale);
  const context = canvas.getContext('2d');
  if (context === null) return;
  const style = getComputedStyle(canvas);
  context.scale(scale, scale);
  context.font = `12px ${style.fontFamily}`;
  context.textBaseline = 'middle';
  for (let level = 0; level < levels; level += 1) {
    let drawnTo = Number.NEGATIVE_INFINITY;
    for (const box of layout.levels[from + level] ?? []) {
      const left = Math.max(0, ((box.start - start) / nanos) * width);
      const right = Math.min(width, ((box.end - start) / nanos) * width);
      if (right <= left || right - drawnTo < LEAST_PIXELS) continue;
      drawnTo = right;
      const top = level * FLAME_ROW_PIXELS;
      context.fillStyle = colourOf(box.frame.service);
      context.globalAlpha = box === active ? 1 : 0.55;
      context.fillRect(left, top, Math.max(LEAST_PIXELS, right - left - 1), FLAME_ROW_PIXELS - 1);
      context.globalAlpha = 1;
      if (box === active) {
        context.strokeStyle = style.color;
        context.strokeRect(
          left + 0.5,
          top + 0.5,
          Math.max(1, right - left - 2),
          FLAME_ROW_PIXELS - 2,
        );
      }
      if (right - left < LEAST_TEXT_PIXELS) continue;
      context.fillStyle = style.color;
      const text = fitting(context, box.frame.name, right - left - 2 * TEXT_MARGIN);
      context.fillText(text, left + TEXT_MARGIN, top + FLAME_ROW_PIXELS / 2);
    }
  }
}

/** As much of a text as there is room for. */
function fitting(context: CanvasRenderingContext2D, text: string, pixels: number): string {
  if (context.measureText(text).width <= pixels) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${text.slice(0, middle)}…`).width <= pixels) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${text.slice(0, low)}…`;
}
