import { fit, marked } from './cells.ts';
import { layout, type Place } from './layout.ts';

/** One node's lines, oldest first; texts with colours but without any other escape. */
export interface PaneView {
  readonly title: string;
  readonly lines: readonly string[];
}

/** All that is on the screen. */
export interface ScreenView {
  readonly width: number;
  readonly height: number;
  readonly panes: readonly PaneView[];
  /** Only lines with this text are shown; all if empty. */
  readonly search: string;
  /** What is being typed behind `/`, if anything is. */
  readonly typing?: string;
  /** Lines that have come since it was paused; undefined while it goes on. */
  readonly paused?: number;
}

const INVERSE = '\u001b[7m';
const END = '\u001b[0m';

/** The screen's rows, each exactly as wide as the screen: panes with their newest lines, below them a line of help. */
export function screenRows(view: ScreenView): string[] {
  const { width, height, panes, search } = view;
  const places = layout(panes.length, width, height - 1);
  const blocks = places.map((place, index) => paneRows(panes[index], place, search));
  const rows = Array.from({ length: Math.max(0, height - 1) }, (_, row) =>
    places
      .flatMap(({ row: top, height: high, column }, index) =>
        row >= top && row < top + high ? { column, text: blocks[index]?.[row - top] ?? '' } : [],
      )
      .sort((a, b) => a.column - b.column)
      .map(({ column, text }) => (column === 0 ? text : `│${text}`))
      .join(''),
  );
  return [...rows, `${INVERSE}${fit(helpText(view, panes.length - places.length), width)}${END}`];
}

function paneRows(pane: PaneView | undefined, { width, height }: Place, search: string): string[] {
  const { title = '', lines = [] } = pane ?? {};
  const wanted =
    search === '' ? lines.slice(1 - height) : lines.flatMap((line) => marked(line, search) ?? []);
  const found = search === '' ? '' : ` (${wanted.length})`;
  const shown = height > 1 ? wanted.slice(1 - height) : [];
  return [
    `${INVERSE}${fit(` ${title}${found}`, width)}${END}`,
    ...Array.from({ length: height - 1 }, (_, row) => fit(shown[row] ?? '', width)),
  ];
}

function helpText({ typing, search, paused }: ScreenView, hidden: number): string {
  if (typing !== undefined) return ` /${typing}▏ (Enter: search, Esc: leave)`;
  const parts = [
    ...(paused !== undefined ? [`PAUSED, ${paused} lines since`] : []),
    ...(search !== '' ? [`lines with "${search}" (Esc: all)`] : []),
    ...(hidden > 0 ? [`no room for ${hidden} more`] : []),
    paused === undefined ? 'Space: pause' : 'Space: go on',
    '/: search',
    'q: stop',
  ];
  return ` ${parts.join(' · ')}`;
}
