import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * Opens or makes the database of a TraceStore: a file that only its owner may
 * read (log lines are in it), or `:memory:`. Throws an Error naming the file
 * and what to do where it is no such database, or one of another version.
 */
export function openTraceDatabase(path: string): DatabaseSync {
  try {
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
    const database = new DatabaseSync(path);
    // With a write-ahead log NORMAL may lose the last moments in a power cut, but never the rest;
    // what was lost is still in the firehose.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    database.exec('PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 2000');
    prepare(database);
    return database;
  } catch (error) {
    throw new Error(
      `the trace store ${path} cannot be used: ${error instanceof Error ? error.message : String(error)}. ` +
        'Expected a database of this version of One Log, or no file; its traces can be had again from ' +
        'the log, so move it away and start again.',
      { cause: error },
    );
  }
}

function prepare(database: DatabaseSync): void {
  const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
  if (version === VERSION) return;
  if (version !== 0) throw new Error(`it is of version ${String(version)}, expected ${VERSION}`);
  database.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${VERSION}; COMMIT`);
}

const VERSION = 1;

/**
 * A trace is the unit of eviction: its row says what the list of traces shows
 * and how much it weighs, its spans and lines lie together under its number,
 * which grows with its age. The wide column of a row is its last.
 */
const SCHEMA = `
  CREATE TABLE trace (
    id INTEGER PRIMARY KEY,
    trace_id TEXT NOT NULL UNIQUE,
    start_us INTEGER NOT NULL,
    end_us INTEGER NOT NULL,
    heard_us INTEGER NOT NULL,
    spans INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    warned INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    root_rank INTEGER NOT NULL,
    root_start_us INTEGER NOT NULL,
    root_span_id TEXT NOT NULL,
    root_service TEXT NOT NULL,
    root_name TEXT NOT NULL
  );
  CREATE INDEX trace_by_start ON trace (start_us);
  CREATE INDEX trace_by_heard ON trace (heard_us);
  CREATE TABLE span (
    trace INTEGER NOT NULL,
    span_id TEXT NOT NULL,
    parent_id TEXT,
    service TEXT NOT NULL,
    name TEXT NOT NULL,
    kind INTEGER NOT NULL,
    status INTEGER NOT NULL,
    start_us INTEGER NOT NULL,
    duration_ns INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (trace, span_id)
  ) WITHOUT ROWID;
  CREATE INDEX span_by_service ON span (service, start_us);
  CREATE TABLE line (
    trace INTEGER NOT NULL,
    key TEXT NOT NULL,
    ts REAL NOT NULL,
    seq INTEGER NOT NULL,
    node TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (trace, key)
  ) WITHOUT ROWID;
  CREATE TABLE operation (
    service TEXT NOT NULL,
    name TEXT NOT NULL,
    kind INTEGER NOT NULL,
    spans INTEGER NOT NULL,
    PRIMARY KEY (service, name, kind)
  ) WITHOUT ROWID;
`;
