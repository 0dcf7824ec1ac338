import type { JsonValue } from '../log/entry.ts';
import { textOf } from './value.ts';

/**
 * One record of CSV with its line end, which is LF alone. Texts with a comma, a
 * quote or a line end are quoted; null is an empty field, and what is no text is
 * as in JSON.
 *
 * Definition: https://www.rfc-editor.org/rfc/rfc4180 (but for the line end)
 */
export function csvRecord(values: readonly JsonValue[]): string {
  return `${values.map(field).join(',')}\n`;
}

function field(value: JsonValue): string {
  const text = textOf(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
