import type { SqlResult, SqlValue } from './table-database.ts';

/** One row of a result, by column. Of columns with the same name the last counts, as in osquery. */
export type ResultRow = Readonly<Record<string, SqlValue>>;

export const rowsOf = ({ columns, rows }: SqlResult): ResultRow[] =>
  rows.map((values) => Object.fromEntries(values.map((value, at) => [columns[at], value])));

/** The row with all its values as texts, as osquery logs them. */
export const textRow = (row: ResultRow): Record<string, string> =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [column, valueText(value)]));

/** NULL is the empty text; a float has 15 digits and always shows that it is one. */
function valueText(value: SqlValue): string {
  if (value === null) return '';
  if (typeof value !== 'number') return String(value);
  const text = String(Number(value.toPrecision(15)));
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** The value as JSON has it: an integer too large for a number becomes a text. */
export function plainValue(value: SqlValue): string | number | null {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
