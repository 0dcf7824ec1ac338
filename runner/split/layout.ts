/** Where a pane is, in cells from the top left; its first row is its title. */
export interface Place {
  readonly row: number;
  readonly column: number;
  readonly width: number;
  readonly height: number;
}

/** Narrower panes cut most lines, lower ones show none of the context. */
const MIN_WIDTH = 50;
const MIN_HEIGHT = 4;

/**
 * Divides a screen among panes: in as many columns as are wide enough to read
 * and no more than needed to make them high enough, between columns a cell for
 * a line. Panes beyond what has room have none.
 */
export function layout(count: number, width: number, height: number): Place[] {
  if (count < 1 || width < 1 || height < 1) return [];
  const perColumn = Math.max(1, Math.floor(height / MIN_HEIGHT));
  const mostColumns = Math.max(1, Math.floor((width + 1) / (MIN_WIDTH + 1)));
  const wanted = Math.max(Math.ceil(count / perColumn), count > 2 ? 2 : 1);
  const columns = Math.min(wanted, mostColumns, count);
  const shown = Math.min(count, columns * perColumn);
  const places: Place[] = [];
  let column = 0;
  for (let index = 0; index < columns; index++) {
    const columnWidth = share(width - (columns - 1), columns, index);
    const rows = share(shown, columns, index);
    let row = 0;
    for (let at = 0; at < rows; at++) {
      const paneHeight = share(height, rows, at);
      places.push({ row, column, width: columnWidth, height: paneHeight });
      row += paneHeight;
    }
    column += columnWidth + 1;
  }
  return places;
}

/** The size of the `index`-th of `parts` parts of a whole; the first ones are larger by one where it does not come out even. */
const share = (whole: number, parts: number, index: number): number =>
  Math.floor(whole / parts) + (index < whole % parts ? 1 : 0);
