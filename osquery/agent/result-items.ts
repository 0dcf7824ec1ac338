import { calendarTime } from './calendar-time.ts';
import type { AgentFlags } from './flags.ts';
import { plainValue, textRow, type ResultRow } from './row-text.ts';

/** What all items of one result have in common. */
export interface ResultHead {
  readonly name: string;
  readonly hostIdentifier: string;
  /** When the query was run. */
  readonly unixTime: number;
  readonly epoch: number;
  readonly counter: number;
  readonly decorations: Readonly<Record<string, string>>;
}

type Format = Pick<
  AgentFlags,
  'logger_event_type' | 'logger_snapshot_event_type' | 'logger_numerics' | 'decorations_top_level'
>;

/**
 * The log items of a differential result, each a JSON text: one a row (removed
 * ones first), or one in all where `logger_event_type` is off
 * (https://osquery.readthedocs.io/en/stable/deployment/logging/).
 */
export function differentialItems(
  head: ResultHead,
  added: readonly ResultRow[],
  removed: readonly ResultRow[],
  format: Format,
): string[] {
  const common = commonFields(head, format);
  const columns = columnsIn(format);
  if (!format.logger_event_type) {
    const diffResults = { removed: removed.map(columns), added: added.map(columns) };
    return [JSON.stringify({ ...common, diffResults })];
  }
  const items = (action: string, rows: readonly ResultRow[]) =>
    rows.map((row) => JSON.stringify({ ...common, columns: columns(row), action }));
  return [...items('removed', removed), ...items('added', added)];
}

/** The log items of a snapshot: one with all rows, also if there are none; or one a row with `logger_snapshot_event_type`. */
export function snapshotItems(
  head: ResultHead,
  rows: readonly ResultRow[],
  format: Format,
): string[] {
  const common = commonFields(head, format);
  const columns = columnsIn(format);
  const action = 'snapshot';
  return format.logger_snapshot_event_type
    ? rows.map((row) => JSON.stringify({ ...common, columns: columns(row), action }))
    : [JSON.stringify({ snapshot: rows.map(columns), action, ...common })];
}

/** `{"decorations": …}`, their names at the top, or nothing where there are none. */
export function decorated(
  decorations: Readonly<Record<string, string>>,
  atTop: boolean,
): Record<string, unknown> {
  if (atTop) return decorations;
  return Object.keys(decorations).length === 0 ? {} : { decorations };
}

const commonFields = (head: ResultHead, format: Format): Record<string, unknown> => ({
  name: head.name,
  hostIdentifier: head.hostIdentifier,
  calendarTime: calendarTime(head.unixTime),
  unixTime: head.unixTime,
  epoch: head.epoch,
  counter: head.counter,
  numerics: format.logger_numerics,
  ...decorated(head.decorations, format.decorations_top_level),
});

/** How a row is written: all values as texts, or numbers as numbers. */
const columnsIn =
  (format: Format) =>
  (row: ResultRow): Record<string, unknown> =>
    format.logger_numerics
      ? Object.fromEntries(
          Object.entries(row).map(([column, value]) => [column, plainValue(value) ?? '']),
        )
      : textRow(row);
