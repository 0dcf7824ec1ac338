/** What SQLite can keep in a column; a number in a TEXT column would become `1.0`, so texts are given as texts. */
type Cell = string | number | bigint | null | undefined;

/** One row of a table, by column. A column that is absent is NULL, as where osquery could not read it. */
export type TableRow = Readonly<Record<string, Cell>>;

/** osquery's column types, which are SQLite's declared types. */
export type ColumnType = 'TEXT' | 'INTEGER' | 'BIGINT' | 'DOUBLE';

/** What the agent itself knows, for the tables about it. */
export interface AgentFacts {
  readonly info: TableRow;
  readonly schedule: readonly TableRow[];
}

/** What a table is asked for. */
export interface TableRequest {
  /** Names of columns that the query may look at: others need not be filled. */
  readonly columns: ReadonlySet<string>;
  readonly facts: AgentFacts;
  /** What `make` gives: made once for all tables of a query that want the same, by its name. */
  readonly once: <T>(name: string, make: () => T) => T;
}

/**
 * A table of the system, with osquery's name, columns and types (its `specs/`;
 * https://osquery.io/schema). It is read anew for each query that names it.
 */
export interface Table {
  readonly name: string;
  /** In osquery's order, which is that of `select *`. */
  readonly columns: Readonly<Record<string, ColumnType>>;
  /**
   * The rows as they are now. What cannot be read (a process that ended in
   * between, another user's files) is left out or NULL, never an error.
   */
  rows(request: TableRequest): readonly TableRow[] | Promise<readonly TableRow[]>;
}

/** The columns named in a list such as `pid BIGINT, name TEXT`, which is how osquery's specification reads. */
export function columnsOf(list: string): Readonly<Record<string, ColumnType>> {
  return Object.fromEntries(
    list.split(',').map((column) => column.trim().split(/\s+/) as [string, ColumnType]),
  );
}
