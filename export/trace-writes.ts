import type { DatabaseSync } from 'node:sqlite';
import type { LogEntry } from '../log/entry.ts';

/** The statements that change a trace database, prepared once; each but `held` and `oldest` within the caller's transaction. */
export type TraceWrites = ReturnType<typeof prepareWrites>;

interface SpanRow {
  readonly trace: number;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly service: string;
  readonly name: string;
  readonly kind: number;
  readonly status: number;
  readonly startMicros: number;
  readonly durationNanos: bigint;
  readonly json: string;
}

interface TraceExtension {
  readonly trace: number;
  readonly startMicros: number;
  readonly endMicros: number;
  readonly heardMicros: number;
  /** 0 or 1, as `warned`. */
  readonly error: number;
  readonly warned: number;
}

interface RootProposal {
  readonly trace: number;
  /** The lowest wins; among equals the earliest start, then the lowest span id. */
  readonly rank: number;
  readonly startMicros: number;
  readonly spanId: string;
  readonly service: string;
  readonly name: string;
}

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- TraceWrites names what this returns
export function prepareWrites(database: DatabaseSync) {
  const sql = (text: string) => database.prepare(text);
  const held = sql(
    'SELECT count(*) AS traces, total(spans) AS spans, total(bytes) AS bytes, ifnull(max(heard_us), 0) AS newest FROM trace',
  );
  const oldest = sql('SELECT id, heard_us, spans, bytes FROM trace ORDER BY heard_us, id LIMIT 1');
  const traceNumber = sql('SELECT id FROM trace WHERE trace_id = ?');
  const addTrace = sql(
    `INSERT INTO trace VALUES (NULL, ?, ${LATEST}, 0, 0, 0, 0, 0, 0, ${LATEST}, ${LATEST}, '', '', '')`,
  );
  const addBytes = sql('UPDATE trace SET bytes = bytes + ? WHERE id = ?');
  const addSpan = sql('INSERT OR IGNORE INTO span VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const extendTrace = sql(
    `UPDATE trace SET start_us = min(start_us, ?), end_us = max(end_us, ?), heard_us = max(heard_us, ?),
       spans = spans + 1, errors = errors + ?, warned = warned + ? WHERE id = ?`,
  );
  const proposeRoot = sql(
    `UPDATE trace SET root_rank = ?1, root_start_us = ?2, root_span_id = ?3, root_service = ?4, root_name = ?5
     WHERE id = ?6 AND (root_rank, root_start_us, root_span_id) > (?1, ?2, ?3)`,
  );
  const addLine = sql('INSERT OR IGNORE INTO line VALUES (?, ?, ?, ?, ?, ?)');
  const addOperation = sql(
    'INSERT INTO operation VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET spans = spans + 1',
  );
  const removals = [
    `UPDATE operation SET spans = operation.spans - gone.spans
     FROM (SELECT service, name, kind, count(*) AS spans FROM span WHERE trace = ? GROUP BY 1, 2, 3) AS gone
     WHERE (operation.service, operation.name, operation.kind) = (gone.service, gone.name, gone.kind)`,
    `DELETE FROM operation WHERE spans = 0 AND (service, name, kind) IN
     (SELECT service, name, kind FROM span WHERE trace = ?)`,
    'DELETE FROM line WHERE trace = ?',
    'DELETE FROM span WHERE trace = ?',
    'DELETE FROM trace WHERE id = ?',
  ].map(sql);

  return {
    /** What the database holds, summed. */
    held() {
      const row = held.get() ?? {};
      return {
        traces: Number(row['traces']),
        spans: Number(row['spans']),
        bytes: Number(row['bytes']),
        newestMicros: Number(row['newest']),
      };
    },
    /** The trace that has not been heard of for longest. */
    oldest() {
      const row = oldest.get();
      if (row === undefined) return undefined;
      return {
        trace: Number(row['id']),
        heardMicros: Number(row['heard_us']),
        spans: Number(row['spans']),
        bytes: Number(row['bytes']),
      };
    },
    traceNumber(traceId: string): number | undefined {
      const row = traceNumber.get(traceId);
      return row === undefined ? undefined : Number(row['id']);
    },
    addTrace: (traceId: string): number => Number(addTrace.run(traceId).lastInsertRowid),
    addBytes: (trace: number, bytes: number): void => void addBytes.run(bytes, trace),
    /** False where the span was there already. */
    addSpan(row: SpanRow): boolean {
      const { trace, spanId, parentId, service, name, kind, status, startMicros, json } = row;
      // A span of over 292 years is no longer found by its duration; it is kept whole in its JSON.
      const nanos = BigInt.asIntN(64, row.durationNanos);
      const place = [trace, spanId, parentId] as const;
      const what = [service, name, kind, status, startMicros, nanos, json] as const;
      const { changes } = addSpan.run(...place, ...what);
      return changes === 1;
    },
    extendTrace(row: TraceExtension): void {
      const { trace, startMicros, endMicros, heardMicros, error, warned } = row;
      extendTrace.run(startMicros, endMicros, heardMicros, error, warned, trace);
    },
    proposeRoot({ trace, rank, startMicros, spanId, service, name }: RootProposal): void {
      proposeRoot.run(rank, startMicros, spanId, service, name, trace);
    },
    /** False where the line was there already. */
    addLine: (trace: number, key: string, { ts, seq, node, text }: LogEntry): boolean =>
      addLine.run(trace, key, ts, seq, node, text).changes === 1,
    addOperation: (service: string, name: string, kind: number): void =>
      void addOperation.run(service, name, kind),
    removeTrace(trace: number): void {
      for (const removal of removals) removal.run(trace);
    },
  };
}

/** Later than any time: every span is earlier. */
const LATEST = Number.MAX_SAFE_INTEGER;
