import { markupText } from '../../../log/markup-text.ts';
import { terminalText } from '../../../log/terminal-text.ts';
import { SVG_SCRIPT } from './svg-script.ts';

export interface Headings {
  readonly title: string;
  /** What is to be known of it: what it shows, what was wrong with the spans. */
  readonly notes: readonly string[];
}

/** How a frame looks. */
interface Look {
  /** Of the whole, 0 to 1. */
  readonly width: number;
  readonly label: string;
  readonly fill: string;
  /** Further lines of its tooltip. */
  readonly details: readonly string[];
}

/** What the drawing is of; frames come with parents first. */
interface Placed {
  readonly depth: number;
}

const ROW = 18;
/** Where the script is off, and in pages that include the picture. */
const WIDTH = 1200;
/** Narrower frames, of a hundredth of a pixel, are left out. */
const MIN_WIDTH = 0.01 / WIDTH;
/** From here on a label has room for a few letters; the script adds others when one zooms. */
const MIN_LABEL = 24 / WIDTH;
const NOTE_LENGTH = 180;

/** A drawing with a row for each depth below one that is the whole. */
export function svgDocument<Frame extends Placed>(
  { title, notes }: Headings,
  whole: Pick<Look, 'label' | 'details'>,
  frames: readonly Frame[],
  lookOf: (frame: Frame, index: number) => Look,
): string {
  const looks = frames.map(lookOf);
  const left = looks.filter(({ width }) => width < MIN_WIDTH).length;
  const lines = [
    ...notes,
    ...(left > 0 ? [`${left} frames too narrow to be seen are not drawn`] : []),
  ].map((line) => (line.length > NOTE_LENGTH ? `${line.slice(0, NOTE_LENGTH - 1)}…` : line));
  const top = 50 + lines.length * 16;
  const rows = frames.reduce((most, { depth }) => Math.max(most, depth + 1), 0) + 1;
  const height = top + rows * ROW + 12;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${xmlText(title)}</title>`,
    `<style>${STYLE}</style>`,
    '<rect class="page" width="100%" height="100%" fill="#fff"/>',
    `<text class="ink" x="10" y="22" font-size="16" font-weight="600">${xmlText(title)}</text>`,
    ...lines.map(
      (line, index) => `<text class="soft" x="10" y="${41 + index * 16}">${xmlText(line)}</text>`,
    ),
    `<text class="soft status" x="10" y="${top - 7}"></text>`,
    frameText({ width: 1, fill: '#c9c9c9', ...whole }, 0, top),
  ];
  // The right edge of what is drawn so far at each depth, within its parent.
  const edges: number[] = [];
  for (const [index, { depth }] of frames.entries()) {
    const look = looks[index] ?? NOTHING;
    const x = edges[depth] ?? edges[depth - 1] ?? 0;
    edges.length = depth;
    edges[depth] = x + look.width;
    edges[depth + 1] = x;
    if (look.width >= MIN_WIDTH) parts.push(frameText(look, x, top + (depth + 1) * ROW));
  }
  return `${parts.join('\n')}\n<script><![CDATA[${SVG_SCRIPT}]]></script>\n</svg>\n`;
}

const NOTHING: Look = { width: 0, label: '', fill: '', details: [] };

/** A nested svg cuts its own text off at its edge, at any width and without a script. */
function frameText({ width, label, fill, details }: Look, x: number, y: number): string {
  const tip = [label, ...details].map(xmlText).join('\n');
  const text = width < MIN_LABEL ? '' : `<text x="4" y="13">${xmlText(label)}</text>`;
  return `<svg class="f" x="${percent(x)}" y="${y}" width="${percent(width)}" height="${ROW}"><title>${tip}</title><rect width="100%" height="${ROW - 1}" fill="${fill}"/>${text}</svg>`;
}

const percent = (share: number): string => `${Number((100 * share).toFixed(5))}%`;

const xmlText = (text: string): string => markupText(terminalText(text));

const STYLE = `
text{pointer-events:none}
.f text{fill:#111}
.f rect{stroke:#fff;stroke-width:.5}
.ink{fill:#111}
.soft{fill:#555}
.f:hover rect,.f:focus rect{stroke:#111;stroke-width:2}
.f:focus{outline:none}
.live .f{cursor:pointer}
.above rect{opacity:.55}
.away{display:none}
.searched .f:not(.hit) rect{opacity:.25}
.hit rect{stroke:#111;stroke-width:2}
input{font:inherit;width:100%;box-sizing:border-box;padding:2px 8px;border:1px solid #888;border-radius:4px;background:transparent;color:inherit}
@media (prefers-color-scheme:dark){
:root{background:#16181d}.page{fill:#16181d}.ink{fill:#eee}.soft,.soft input{fill:#aaa;color:#eee}
.f rect{stroke:#16181d}.f:hover rect,.f:focus rect,.hit rect{stroke:#fff}
}`;
