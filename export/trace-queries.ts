import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { spanKindName } from '../spans/jaeger.ts';
import type { Span } from '../spans/span.ts';
import { matchesTags, tagNeedle } from './tag-match.ts';

/** What a span must be for its trace to be found; times are inclusive Unix microseconds. */
export interface TraceQuery {
  readonly service: string;
  readonly operation?: string;
  /** Each must be an attribute of the span, its resource, its events or links; see `matchesTags`. */
  readonly tags: ReadonlyMap<string, string>;
  readonly startMicros: number;
  readonly endMicros: number;
  readonly minNanos?: bigint;
  readonly maxNanos?: bigint;
  readonly limit: number;
}

interface Dependency {
  readonly parent: string;
  readonly child: string;
  readonly callCount: number;
}

type Row = Record<string, SQLOutputValue>;

/** What can be asked of a trace database. Nothing here changes it. */
export class TraceQueries {
  readonly #statements: Readonly<Record<keyof typeof SQL, StatementSync>>;

  constructor(database: DatabaseSync) {
    const prepared = Object.entries(SQL).map(([name, text]) => [name, database.prepare(text)]);
    this.#statements = Object.fromEntries(prepared);
  }

  /** Sorted by name. */
  services(): string[] {
    return this.#statements.services.all().map(({ service }) => String(service));
  }

  /** Sorted by name, then kind; of every kind where none is named. */
  operations(service: string, spanKind = ''): { name: string; spanKind: string }[] {
    return this.#statements.operations
      .all(service)
      .map(({ name, kind }) => ({ name: String(name), spanKind: spanKindName(Number(kind)) }))
      .filter((operation) => spanKind === '' || operation.spanKind === spanKind);
  }

  /** Ids of the traces with a span as asked, the one with the newest such span first. */
  find(query: TraceQuery): string[] {
    const tags = [...query.tags];
    const rows = this.#statements.find.iterate({
      service: query.service,
      operation: query.operation ?? null,
      start: query.startMicros,
      end: query.endMicros,
      min: query.minNanos ?? null,
      max: query.maxNanos ?? null,
      needle: tags.map(([key]) => tagNeedle(key)).find((needle) => needle !== undefined) ?? null,
      tagged: Number(tags.length > 0),
    });
    const found = new Set<string>();
    for (const { trace_id: traceId, json } of rows) {
      if (found.has(String(traceId))) continue;
      if (tags.length > 0 && !matchesTags(spanOf(json), tags)) continue;
      found.add(String(traceId));
      if (found.size === query.limit) break;
    }
    return [...found];
  }

  /** The spans of one trace by start; none where there is no such trace. */
  spans(traceId: string): Span[] {
    return this.#statements.spans.all(traceId).map(({ json }) => spanOf(json));
  }

  /** Calls between services (and within one) in the traces that lie wholly inside the time, in Unix microseconds. */
  dependencies(startMicros: number, endMicros: number): Dependency[] {
    return this.#statements.dependencies.all(startMicros, endMicros).map((row: Row) => ({
      parent: String(row['parent']),
      child: String(row['child']),
      callCount: Number(row['calls']),
    }));
  }
}

/** Written by `TraceStore.add` from a Span, so no check is due. */
const spanOf = (json: SQLOutputValue | undefined): Span => JSON.parse(String(json)) as Span;

const SQL = {
  services: 'SELECT DISTINCT service FROM operation ORDER BY service',
  operations: 'SELECT name, kind FROM operation WHERE service = ? ORDER BY name, kind',
  spans: `
    SELECT span.json FROM trace JOIN span ON span.trace = trace.id
    WHERE trace.trace_id = ? ORDER BY span.start_us, span.duration_ns DESC, span.span_id`,
  find: `
    SELECT trace.trace_id, iif(:tagged, span.json, NULL) AS json
    FROM span INDEXED BY span_by_service JOIN trace ON trace.id = span.trace
    WHERE span.service = :service AND span.start_us BETWEEN :start AND :end
      AND (:operation IS NULL OR span.name = :operation)
      AND (:min IS NULL OR span.duration_ns >= :min)
      AND (:max IS NULL OR span.duration_ns <= :max)
      AND (:needle IS NULL OR instr(span.json, :needle) > 0)
    ORDER BY span.start_us DESC`,
  dependencies: `
    SELECT parent.service AS parent, child.service AS child, count(*) AS calls
    FROM trace
    JOIN span AS child ON child.trace = trace.id
    JOIN span AS parent ON parent.trace = child.trace AND parent.span_id = child.parent_id
    WHERE trace.start_us > ? AND trace.end_us < ?
    GROUP BY 1, 2 ORDER BY 1, 2`,
} as const;
