import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { lineKey } from '../spans/line-key.ts';
import type { LineRef, Span } from '../spans/span.ts';

export interface StoredLine {
  /** See `lineKey`: which of the spans' `lines` this is. */
  readonly key: string;
  /** When it was read, in Unix seconds. */
  readonly ts: number;
  readonly node: string;
  readonly text: string;
}

/** A line with its place among all lines of its trace, from 0 in the order they were read. */
export interface PlacedLine extends StoredLine {
  readonly place: number;
}

/** Reads one trace in parts: it may have tens of thousands of spans and lines. */
export class TraceReader {
  readonly #statements: Readonly<Record<keyof typeof SQL, StatementSync>>;

  constructor(database: DatabaseSync) {
    const prepared = Object.entries(SQL).map(([name, text]) => [name, database.prepare(text)]);
    this.#statements = Object.fromEntries(prepared);
  }

  /** Undefined where it is not held. */
  span(traceId: string, spanId: string): Span | undefined {
    const row = this.#statements.span.get(traceId, spanId);
    return row && spanOf(row);
  }

  /** The keys of all its lines in the order they were read: a line's place is its index here. */
  lineKeys(traceId: string): string[] {
    return this.#statements.lineKeys.all(traceId).map(({ key }) => String(key));
  }

  /** `limit` lines from place `offset` on. */
  lines(traceId: string, offset: number, limit: number): PlacedLine[] {
    const rows = this.#statements.lines.all({ traceId, offset, limit });
    return rows.map((row, index) => ({ ...lineOf(row), place: offset + index }));
  }

  /** Those of the lines that are held, in the order given. */
  linesOf(traceId: string, lines: readonly LineRef[]): StoredLine[] {
    return lines.flatMap((line) => {
      const row = this.#statements.line.get(traceId, lineKey(line));
      return row === undefined ? [] : [lineOf(row)];
    });
  }
}

type Row = Record<string, SQLOutputValue>;

/** Written by `TraceStore.add` from a Span, so no check is due. */
const spanOf = ({ json }: Row): Span => JSON.parse(String(json)) as Span;

const lineOf = (row: Row): StoredLine => ({
  key: String(row['key']),
  ts: Number(row['ts']),
  node: String(row['node']),
  text: String(row['text']),
});

const SQL = {
  span: `
    SELECT span.json FROM trace JOIN span ON span.trace = trace.id
    WHERE trace.trace_id = ? AND span.span_id = ?`,
  lineKeys: `
    SELECT line.key FROM trace JOIN line ON line.trace = trace.id
    WHERE trace.trace_id = ? ORDER BY line.ts, line.node, line.seq, line.key`,
  // Sorted without their texts, which are wide.
  lines: `
    SELECT line.key, line.ts, line.node, line.text FROM (
      SELECT line.trace, line.key, line.ts, line.node, line.seq
      FROM trace JOIN line ON line.trace = trace.id WHERE trace.trace_id = :traceId
      ORDER BY line.ts, line.node, line.seq, line.key LIMIT :limit OFFSET :offset) AS placed
    JOIN line ON line.trace = placed.trace AND line.key = placed.key
    ORDER BY placed.ts, placed.node, placed.seq, placed.key`,
  line: `
    SELECT line.key, line.ts, line.node, line.text FROM trace JOIN line ON line.trace = trace.id
    WHERE trace.trace_id = ? AND line.key = ?`,
} as const;
