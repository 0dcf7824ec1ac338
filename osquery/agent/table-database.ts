import { constants, DatabaseSync, type StatementSync } from 'node:sqlite';
import type { AgentFacts, Table, TableRequest } from './tables/table.ts';

/** A value of a result: integers are bigints, so that they are told from `3.0`. */
export type SqlValue = string | bigint | number | null;

/** What a query gives: the columns in its order, and rows of as many values. */
export interface SqlResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
}

/** A query that is wrong, or asks for too much. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/** Bounds of one result: what is more is an error, for a part of it would be a wrong answer. */
const MAX_ROWS = 50_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** What a query may do: read. A pragma must be one of those that tell of tables and functions. */
const ALLOWED = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_READ,
  constants.SQLITE_FUNCTION,
  constants.SQLITE_RECURSIVE,
]);
const PRAGMAS = new Set(['table_info', 'table_xinfo', 'function_list', 'collation_list']);

/**
 * SQL over tables of the system. They are empty tables of an SQLite database in
 * memory; a query is prepared first, which tells what it reads, then the tables
 * that it names are filled, as far as it looks at them, and emptied after it. Queries can do nothing but read: SQLite
 * asks for permission for each thing a statement does, and gets it for reading.
 *
 * One query at a time: whoever asks waits for the answer before the next.
 */
export class TableDatabase {
  readonly #database: DatabaseSync;
  readonly #tables: ReadonlyMap<string, FilledTable>;
  /** What the statement that is being prepared reads: columns by table. */
  #reads = new Map<string, Set<string>>();
  /** Our own statements may write. */
  #isFilling = false;

  constructor(tables: readonly Table[]) {
    this.#database = new DatabaseSync(':memory:', {
      // osquery takes "name" for a text where there is no such column, as SQLite does by default.
      enableDoubleQuotedStringLiterals: true,
      allowExtension: false,
      readBigInts: true,
      returnArrays: true,
      limits: { length: MAX_BYTES, sqlLength: 1024 * 1024, attach: 0 },
    });
    // Large sorts and joins stay in memory too: nothing is ever written to a disk.
    this.#database.exec('pragma temp_store = memory');
    this.#tables = new Map(
      tables.map((table) => [table.name, new FilledTable(this.#database, table)]),
    );
    this.#database.setAuthorizer((action, first, second) => this.#authorize(action, first, second));
  }

  /** Throws a QueryError that says what is wrong with the query. */
  async query(sql: string, facts: AgentFacts): Promise<SqlResult> {
    const statement = this.#prepare(sql);
    const words = new Set(sql.toLowerCase().match(/\w+/g));
    const named = [...this.#tables.values()].filter(({ table }) => words.has(table.name));
    const tables = named.map((table) => ({ table, columns: this.#wanted(table.table, words) }));
    const once = memory();
    const filled = await Promise.all(
      tables.map(async ({ table, columns }) => ({
        table,
        rows: await table.table.rows({ columns, facts, once }),
      })),
    );
    this.#filling(() => filled.forEach(({ table, rows }) => table.fill(rows)));
    try {
      return this.#run(statement);
    } finally {
      this.#filling(() => filled.forEach(({ table }) => table.empty()));
    }
  }

  #prepare(sql: string): StatementSync {
    this.#reads = new Map();
    let statement: StatementSync;
    try {
      statement = this.#database.prepare(sql);
    } catch (error) {
      throw this.#explained(error);
    }
    const rest = sql.slice(statement.sourceSQL.length);
    if (!isBlank(rest)) {
      throw new QueryError(
        `expected one statement, but after it comes ${JSON.stringify(rest.trim().slice(0, 40))}`,
      );
    }
    return statement;
  }

  /**
   * The columns that a query may look at: those that SQLite says it reads, and
   * those whose name stands anywhere in it. A join by USING or NATURAL reads
   * columns, and even tables, without saying so.
   */
  #wanted(table: Table, words: ReadonlySet<string>): ReadonlySet<string> {
    const reads = this.#reads.get(table.name);
    const names = Object.keys(table.columns);
    return new Set(
      words.has('natural')
        ? names
        : names.filter((name) => words.has(name) || reads?.has(name) === true),
    );
  }

  #run(statement: StatementSync): SqlResult {
    const columns = statement.columns().map(({ name }) => name);
    const rows: SqlValue[][] = [];
    let bytes = 0;
    try {
      // With `returnArrays` a row is an array, which the types do not know.
      for (const values of statement.iterate() as Iterable<unknown> as Iterable<RawValue[]>) {
        const row = values.map(readable);
        bytes += row.reduce((sum: number, value) => sum + sizeOf(value), 0);
        if (rows.length === MAX_ROWS || bytes > MAX_BYTES) {
          throw new QueryError(
            `the result has more than ${MAX_ROWS} rows or ${MAX_BYTES} bytes: narrow it by WHERE or LIMIT`,
          );
        }
        rows.push(row);
      }
    } catch (error) {
      throw this.#explained(error);
    }
    return { columns, rows };
  }

  #authorize(action: number, first: string | null, second: string | null): number {
    if (this.#isFilling) return constants.SQLITE_OK;
    if (action === constants.SQLITE_READ && first !== null && second !== null) {
      const columns = this.#reads.get(first) ?? new Set();
      this.#reads.set(first, columns.add(second));
    }
    const allowed =
      action === constants.SQLITE_PRAGMA
        ? first !== null && PRAGMAS.has(first.toLowerCase())
        : ALLOWED.has(action);
    return allowed ? constants.SQLITE_OK : constants.SQLITE_DENY;
  }

  #filling(change: () => void): void {
    this.#isFilling = true;
    try {
      this.#database.exec('begin');
      change();
      this.#database.exec('commit');
    } catch (error) {
      this.#database.exec('rollback');
      throw error;
    } finally {
      this.#isFilling = false;
    }
  }

  #explained(error: unknown): unknown {
    if (!(error instanceof Error) || error instanceof QueryError) return error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (message === 'not authorized' || message === 'authorization denied') {
      return new QueryError(
        'not authorized: expected a query that reads (SELECT, VALUES, EXPLAIN)',
      );
    }
    if (message.startsWith('no such table')) {
      return new QueryError(`${message}; there are ${[...this.#tables.keys()].sort().join(', ')}`);
    }
    if (code === 'ERR_SQLITE_ERROR') return new QueryError(message);
    return new QueryError(`expected a SELECT statement: ${message}`);
  }
}

/** A table, and the statements that fill and empty it. */
class FilledTable {
  readonly table: Table;
  readonly #columns: readonly string[];
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync, table: Table) {
    this.table = table;
    this.#columns = Object.keys(table.columns);
    const declared = Object.entries(table.columns).map(([name, type]) => `"${name}" ${type}`);
    database.exec(`create table "${table.name}" (${declared.join(', ')})`);
    const places = this.#columns.map(() => '?').join(', ');
    this.#insert = database.prepare(`insert into "${table.name}" values (${places})`);
    this.#delete = database.prepare(`delete from "${table.name}"`);
  }

  fill(rows: Awaited<ReturnType<Table['rows']>>): void {
    for (const row of rows) this.#insert.run(...this.#columns.map((column) => row[column] ?? null));
  }

  empty(): void {
    this.#delete.run();
  }
}

/** Makes each thing once. */
function memory(): TableRequest['once'] {
  const made = new Map<string, unknown>();
  return <T>(name: string, make: () => T): T => {
    if (!made.has(name)) made.set(name, make());
    return made.get(name) as T;
  };
}

/** Whether there is nothing but white space, semicolons and comments. */
const isBlank = (sql: string): boolean => /^(?:[\s;]|--[^\n]*|\/\*[^]*?(?:\*\/|$))*$/.test(sql);

type RawValue = SqlValue | Uint8Array;

/** A blob is read as text, as osquery does it. */
const readable = (value: RawValue): SqlValue =>
  value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value;

const sizeOf = (value: SqlValue): number => (typeof value === 'string' ? value.length : 8);
