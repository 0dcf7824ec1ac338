/**
 * Flame graphs as one SVG file each: https://www.w3.org/TR/SVG2/. Without
 * scripts, styles and network it is a picture with tooltips; with its own script
 * one can zoom and search in it.
 *
 * `<svg class="f" x="12.5%" y="98" width="30%" height="18"><title>petstore: GET /pets …</title><rect width="100%" height="17" fill="#4d87d1"/><text x="4" y="13">petstore: GET /pets</text></svg>`
 */
import { nodeColour } from '../../../log/node-colour.ts';
import { frameLabel, type CallFrame, type CallTree } from '../call-tree.ts';
import type { CallTreeDiff, DiffFrame, DiffSide } from '../diff.ts';
import { durationText } from '../duration-text.ts';
import type { GrowthBy } from '../growth.ts';
import { svgDocument, type Headings } from './svg-document.ts';

/** Roots are above; widths are times, or spans where nothing took any time. */
export function flameSvg(tree: CallTree, headings: Headings): string {
  const { frames, totalNanos, traces, spans } = tree;
  const isTimed = totalNanos > 0;
  const widths = isTimed ? frames.map((frame) => frame.totalNanos) : spansBelow(frames);
  const whole = isTimed ? totalNanos : spans;
  const services = [...new Set(frames.map(({ service }) => service))].sort();
  const colours = new Map(services.map((service, order) => [service, nodeColour(order)]));
  const all = `${traces} ${traces === 1 ? 'trace' : 'traces'}, ${spans} spans, ${durationText(totalNanos)}`;
  const notes = isTimed
    ? headings.notes
    : [...headings.notes, 'nothing took any time: widths are numbers of spans'];
  return svgDocument(
    { ...headings, notes },
    { label: all, details: [] },
    frames,
    (frame, index) => {
      const width = (widths[index] ?? 0) / whole;
      return {
        width,
        label: `${frameLabel(frame)}${frame.errors > 0 ? ' ✗' : ''}`,
        fill: colours.get(frame.service) ?? '',
        details: [
          `${durationText(frame.totalNanos)}, ${percent(width)} of all; itself ${durationText(frame.selfNanos)}`,
          `${frame.count} ${frame.count === 1 ? 'span' : 'spans'}${frame.errors > 0 ? `, ${frame.errors} failed ✗` : ''}`,
        ],
      };
    },
  );
}

/**
 * Two sets of traces over each other, each divided by its number of traces: a
 * frame is as wide as both together, so that what is new and what is gone can
 * be seen, and its colour says how it changed, from blue (half as much or less)
 * to orange (twice as much or more), which colour-blind eyes tell apart too.
 */
export function flameDiffSvg(diff: CallTreeDiff, by: GrowthBy, headings: Headings): string {
  const valueOf = (side: DiffSide): number =>
    by === 'duration' ? side.totalNanos : side.totalCount;
  const text = (value: number): string =>
    by === 'duration' ? durationText(value) : `${Number(value.toPrecision(3))} spans`;
  const [before, after] = [diff.before, diff.after];
  const meansOf = (frame: Pick<DiffFrame, 'before' | 'after'>): [number, number] => [
    valueOf(frame.before) / Math.max(1, before.traces),
    valueOf(frame.after) / Math.max(1, after.traces),
  ];
  const [old, now] = diff.frames
    .filter(({ depth }) => depth === 0)
    .map(meansOf)
    .reduce((sum, means) => [sum[0] + means[0], sum[1] + means[1]], [0, 0]);
  const all = `a trace: ${text(old)} before, ${text(now)} after (${changeText(old, now)})`;
  return svgDocument(headings, { label: all, details: [] }, diff.frames, (frame) => {
    const [a, b] = meansOf(frame);
    return {
      width: old + now === 0 ? 0 : (a + b) / (old + now),
      label: `${frameLabel(frame)} (${changeText(a, b)})`,
      fill: changeColour(a, b),
      details: [
        `before ${text(a)} a trace, after ${text(b)}`,
        `${frame.before.count} spans in ${before.traces} traces before, ${frame.after.count} in ${after.traces} after`,
      ],
    };
  });
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

function changeText(before: number, after: number): string {
  if (before === 0 && after === 0) return '±0 %';
  if (before === 0) return 'new';
  if (after === 0) return 'gone';
  const change = Math.round((100 * (after - before)) / before);
  return change === 0 ? '±0 %' : `${change > 0 ? '+' : '−'}${Math.abs(change)} %`;
}

const NEUTRAL = [222, 222, 222] as const;
const MORE = [230, 120, 20] as const;
const LESS = [86, 170, 233] as const;

function changeColour(before: number, after: number): string {
  const doublings = before === after ? 0 : Math.log2(after / before);
  const strength = Math.min(1, Math.abs(doublings));
  const towards = doublings > 0 ? MORE : LESS;
  const channels = NEUTRAL.map((from, index) =>
    Math.round(from + strength * ((towards[index] ?? from) - from)),
  );
  return `rgb(${channels.join(',')})`;
}

function spansBelow(frames: readonly CallFrame[]): number[] {
  const counts = new Map(frames.map((frame) => [frame, frame.count]));
  for (const frame of frames.toReversed()) {
    if (frame.parent !== undefined)
      counts.set(frame.parent, (counts.get(frame.parent) ?? 0) + (counts.get(frame) ?? 0));
  }
  return frames.map((frame) => counts.get(frame) ?? 0);
}
