import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';

/** What matters of a span for who calls whom. */
export interface CallSpan {
  /** Number of its trace in this database. */
  readonly trace: number;
  readonly spanId: string;
  /** OTLP's, as `status`. */
  readonly kind: number;
  readonly status: number;
  readonly startMicros: number;
  readonly durationNanos: number;
  readonly parentId: string | undefined;
  /** Of the parent, where that is held. */
  readonly caller: string | undefined;
  /** Of a span that calls: whom, as it says itself (`server.address:server.port` and the like). */
  readonly peer: string | undefined;
}

/** After which span the next are asked for. */
export type CallCursor = Pick<CallSpan, 'startMicros' | 'trace' | 'spanId'>;

/** Reads spans by service and time, in slices, so that whoever reads many can let others in between. */
export class CallReader {
  readonly #slice: StatementSync;
  readonly #newest: StatementSync;

  constructor(database: DatabaseSync) {
    this.#slice = database.prepare(SLICE);
    this.#newest = database.prepare(NEWEST);
  }

  /** When the newest span began, in Unix microseconds; undefined where there is none. */
  newestMicros(): number | undefined {
    const newest = this.#newest.get()?.['newest'] ?? null;
    return newest === null ? undefined : Number(newest);
  }

  /** Up to `limit` spans of a service that begin at `fromMicros` or later and come before `cursor`, the newest first. */
  slice(service: string, fromMicros: number, cursor: CallCursor, limit: number): CallSpan[] {
    const { startMicros: start, trace, spanId } = cursor;
    return this.#slice
      .all({ service, from: fromMicros, start, trace, spanId, limit })
      .map(callSpan);
  }
}

function callSpan(row: Record<string, SQLOutputValue>): CallSpan {
  const [parentId, caller, peer] = ['parent_id', 'caller', 'peer'].map((name) => row[name] ?? null);
  return {
    trace: Number(row['trace']),
    spanId: String(row['span_id']),
    kind: Number(row['kind']),
    status: Number(row['status']),
    startMicros: Number(row['start_us']),
    durationNanos: Number(row['duration_ns']),
    parentId: parentId === null ? undefined : String(parentId),
    caller: caller === null ? undefined : String(caller),
    peer: peer === null ? undefined : String(peer),
  };
}

const NEWEST = 'SELECT max(heard_us) AS newest FROM trace';

/** Conventions of today, then older ones: https://opentelemetry.io/docs/specs/semconv/general/attributes/ */
const PEER = `coalesce(
  json_extract(span.json, '$.attributes."peer.service"'),
  json_extract(span.json, '$.attributes."server.address"')
    || ifnull(':' || json_extract(span.json, '$.attributes."server.port"'), ''),
  json_extract(span.json, '$.attributes."net.peer.name"')
    || ifnull(':' || json_extract(span.json, '$.attributes."net.peer.port"'), ''),
  json_extract(span.json, '$.attributes."messaging.destination.name"'),
  json_extract(span.json, '$.attributes."db.system.name"'),
  json_extract(span.json, '$.attributes."db.system"'))`;

const SLICE = `
  SELECT span.trace, span.span_id, span.kind, span.status, span.start_us, span.duration_ns,
    span.parent_id, parent.service AS caller, iif(span.kind IN (3, 4), ${PEER}, NULL) AS peer
  FROM span INDEXED BY span_by_service
  LEFT JOIN span AS parent ON parent.trace = span.trace AND parent.span_id = span.parent_id
  WHERE span.service = :service AND span.start_us >= :from
    AND (span.start_us, span.trace, span.span_id) < (:start, :trace, :spanId)
  ORDER BY span.start_us DESC, span.trace DESC, span.span_id DESC LIMIT :limit`;
