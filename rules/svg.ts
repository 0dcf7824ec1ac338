import { markupText } from '../log/markup-text.ts';
import { stateGraph, type StateGraph, type Transition } from './transitions.ts';
import type { RulesSyntax } from './syntax.ts';

const RADIUS = 26;
const LINE = 16;
const LEFT = 20;
const LANE = 10;
const MAX_LABEL = 110;
const CHARACTER_WIDTH = 6.7;

/**
 * Rules as a drawing that needs nothing but itself: each machine's states in a
 * column, a circle each, and each rule an arrow that runs through a lane of its
 * own and has its two sides written beside it. No two labels overlap.
 */
export function svg({ file, machines }: RulesSyntax): string {
  let top = 40;
  let width = 400;
  const parts: string[] = [];
  for (const graph of machines.map(stateGraph)) {
    const drawing = drawMachine(graph, top);
    parts.push(...drawing.parts);
    top += drawing.height + 24;
    width = Math.max(width, drawing.width);
  }
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${Math.ceil(top)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(top)}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="11">`,
    `<title>${markupText(file)}</title>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#666"/></marker></defs>',
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="${LEFT}" y="24" font-size="14" font-weight="bold">${markupText(file)}</text>`,
    ...parts,
    '</svg>',
  ].join('\n')}\n`;
}

interface Drawing {
  readonly parts: readonly string[];
  readonly height: number;
  readonly width: number;
}

/** Every state has a band as high as the labels of the arrows that leave it. */
function drawMachine({ name, states, transitions }: StateGraph, top: number): Drawing {
  const leaving = states.map((state) => transitions.filter(({ from }) => from === state));
  const heights = leaving.map(({ length }) => Math.max(2 * RADIUS + 12, length * 2 * LINE + 12));
  const titleHeight = name === '' ? 0 : 24;
  const centre = (index: number): number =>
    top +
    titleHeight +
    heights.slice(0, index).reduce((sum, height) => sum + height, 0) +
    (heights[index] as number) / 2;
  const x = LEFT + RADIUS;
  const labelX = x + RADIUS + 40 + transitions.length * LANE;
  let lane = 0;
  let longest = 0;
  const arrows = leaving.flatMap((here, index) =>
    here.map((transition, row) => {
      const y = centre(index) + (row - (here.length - 1) / 2) * 2 * LINE;
      const target = centre(states.indexOf(transition.to));
      const laneX = x + RADIUS + 30 + lane++ * LANE;
      longest = Math.max(longest, cut(transition.when).length, cut(transition.actions).length);
      return arrow(transition, { x, from: centre(index), to: target, laneX, y, labelX });
    }),
  );
  const circles = states.map((state, index) => circle(state, x, centre(index), index === 0));
  return {
    parts: [
      ...(name === ''
        ? []
        : [`<text x="${LEFT}" y="${top + 12}" font-weight="bold">${markupText(name)}</text>`]),
      ...arrows,
      ...circles,
    ],
    height: titleHeight + heights.reduce((sum, height) => sum + height, 0),
    width: labelX + longest * CHARACTER_WIDTH + LEFT,
  };
}

interface Route {
  readonly x: number;
  readonly from: number;
  readonly to: number;
  readonly laneX: number;
  readonly y: number;
  readonly labelX: number;
}

/** From the state to its label's row, along the lane to the target's height, and back into the target. */
function arrow({ when, actions }: Transition, { x, from, to, laneX, y, labelX }: Route): string {
  const edge = x + RADIUS;
  const isLoop = from === to;
  const [out, back] = isLoop ? [from - 9, to + 9] : [from, to];
  const offset = isLoop ? 2.5 : 0; // where the circle's edge is at that height
  const path = `M${edge - offset} ${out}C${laneX} ${out} ${laneX} ${y} ${laneX} ${y}L${laneX} ${(y + back) / 2}Q${laneX} ${back} ${edge - offset} ${back}`;
  return [
    `<path d="${path}" fill="none" stroke="#888" marker-end="url(#tip)"/>`,
    `<path d="M${laneX} ${y}H${labelX - 4}" fill="none" stroke="#ddd"/>`,
    `<text x="${labelX}" y="${y - 2}">${markupText(cut(when))}</text>`,
    `<text x="${labelX}" y="${y + LINE - 5}" fill="#0a5">→ ${markupText(cut(actions))}</text>`,
  ].join('');
}

function circle(state: string, x: number, y: number, isFirst: boolean): string {
  const ring = isFirst
    ? `<circle cx="${x}" cy="${y}" r="${RADIUS - 4}" fill="none" stroke="#333"/>`
    : '';
  return `<circle cx="${x}" cy="${y}" r="${RADIUS}" fill="#eef4ff" stroke="#333"/>${ring}<text x="${x}" y="${y + 4}" text-anchor="middle">${markupText(cut(state, 8))}<title>${markupText(state)}</title></text>`;
}

const cut = (text: string, length = MAX_LABEL): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;
