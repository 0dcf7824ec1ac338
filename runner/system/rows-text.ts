import type { JsonValue } from '../../log/entry.ts';
import { terminalText } from '../../log/terminal-text.ts';
import { csvRecord } from '../../rules/csv.ts';

export type RowsFormat = 'text' | 'json' | 'csv';

/** A table's columns in their order, and rows of as many values. */
export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly JsonValue[])[];
}

/** A wider text is cut, in a table for people alone. */
const MAX_WIDTH = 60;

/**
 * Rows as they are printed: a table for people (safe for a terminal), a JSON
 * list of objects, a line each, or CSV with a line of names.
 */
export function rowsText({ columns, rows }: Rows, format: RowsFormat): string {
  if (format === 'csv') return [columns, ...rows].map(csvRecord).join('');
  if (format === 'json') {
    const objects = rows.map((row) =>
      Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])),
    );
    return `[${objects.map((object) => `\n  ${JSON.stringify(object)}`).join(',')}\n]\n`;
  }
  if (columns.length === 0) return '';
  const cells = [columns, ...rows].map((row) => columns.map((_, index) => cell(row[index])));
  const widths = columns.map((_, index) =>
    Math.max(...cells.map((row) => [...(row[index] ?? '')].length)),
  );
  const isNumber = columns.map((_, index) => rows.every((row) => isNumeric(row[index])));
  return cells
    .map((row) => {
      const padded = row.map((text, index) =>
        pad(text, widths[index] ?? 0, isNumber[index] ?? false),
      );
      return `${padded.join('  ').trimEnd()}\n`;
    })
    .join('');
}

/** Rows of objects, whose columns are in the order in which they first come. */
export function rowsOf(objects: readonly Readonly<Record<string, JsonValue>>[]): Rows {
  const columns = [...new Set(objects.flatMap(Object.keys))];
  const rows = objects.map((object) => columns.map((column) => object[column] ?? null));
  return { columns, rows };
}

function cell(value: JsonValue | undefined): string {
  const text = typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value);
  const safe = [...terminalText(text.replaceAll('\t', ' '))];
  return safe.length <= MAX_WIDTH ? safe.join('') : `${safe.slice(0, MAX_WIDTH - 1).join('')}…`;
}

const isNumeric = (value: JsonValue | undefined): boolean =>
  value == null ||
  typeof value === 'number' ||
  (typeof value === 'string' && /^-?\d*\.?\d*$/.test(value));

function pad(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(width - [...text].length);
  return right ? space + text : text + space;
}
