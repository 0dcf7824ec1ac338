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

/** What the list of traces is narrowed to; service and operation must be those of one and the same span. */
export interface TraceFilter {
  readonly service?: string;
  readonly operation?: string;
  /** Anywhere in the JSON of one of its spans, upper and lower case (of ASCII) alike. */
  readonly text?: string;
  /** Only those with a failed span. */
  readonly errors: boolean;
  /** Of the whole trace, in microseconds. */
  readonly minMicros: number;
  readonly limit: number;
}

export interface TraceSummary {
  readonly traceId: string;
  /** Of the root; of the earliest span while no root is known. */
  readonly service: string;
  readonly name: string;
  readonly startMicros: number;
  readonly durationMicros: number;
  readonly spans: number;
  readonly errors: number;
  /** Spans with warnings: repaired, inferred or incomplete. */
  readonly warned: number;
  /** Those with most spans first. */
  readonly services: readonly { readonly name: string; readonly spans: number }[];
}

export interface StoredLine {
  /** See `lineKey`: which of the spans' `lines` this is. */
  readonly key: string;
  /** When it was read, in Unix seconds. */
  readonly ts: number;
  readonly node: string;
  readonly text: string;
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

  /** The newest traces first, whatever their service. Looks no further back than `SUMMARY_DEPTH` traces. */
  summaries(filter: TraceFilter): TraceSummary[] {
    const { service, operation, text, errors, minMicros, limit } = filter;
    const rows = this.#statements.summaries.all({
      service: service ?? null,
      operation: operation ?? null,
      pattern: text === undefined ? null : `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`,
      errors: Number(errors),
      min: minMicros,
      limit,
    });
    return rows.map((row) => ({
      traceId: String(row['trace_id']),
      service: String(row['root_service']),
      name: String(row['root_name']),
      startMicros: Number(row['start_us']),
      durationMicros: Number(row['end_us']) - Number(row['start_us']),
      spans: Number(row['spans']),
      errors: Number(row['errors']),
      warned: Number(row['warned']),
      services: this.#statements.servicesOfTrace
        .all(Number(row['id']))
        .map(({ service, spans }) => ({ name: String(service), spans: Number(spans) })),
    }));
  }

  /** Its spans by start, its lines in the order they were read; undefined where there is no such trace. */
  trace(traceId: string): { spans: Span[]; lines: StoredLine[] } | undefined {
    const spans = this.spans(traceId);
    if (spans.length === 0) return undefined;
    const lines = this.#statements.lines.all(traceId).map((row) => ({
      key: String(row['key']),
      ts: Number(row['ts']),
      node: String(row['node']),
      text: String(row['text']),
    }));
    return { spans, lines };
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

/** How many of the newest traces a filtered list looks through: it is asked every two seconds. */
const SUMMARY_DEPTH = 5_000;

/** Written by `TraceStore.add` from a Span, so no check is due. */
const spanOf = (json: SQLOutputValue | undefined): Span => JSON.parse(String(json)) as Span;

const SQL = {
  services: 'SELECT DISTINCT service FROM operation ORDER BY service',
  operations: 'SELECT name, kind FROM operation WHERE service = ? ORDER BY name, kind',
  spans: `
    SELECT span.json FROM trace JOIN span ON span.trace = trace.id
    WHERE trace.trace_id = ? ORDER BY span.start_us, span.duration_ns DESC, span.span_id`,
  lines: `
    SELECT line.key, line.ts, line.node, line.text FROM trace JOIN line ON line.trace = trace.id
    WHERE trace.trace_id = ? ORDER BY line.ts, line.node, line.seq`,
  find: `
    SELECT trace.trace_id, iif(:tagged, span.json, NULL) AS json
    FROM span INDEXED BY span_by_service JOIN trace ON trace.id = span.trace
    WHERE span.service = :service AND span.start_us BETWEEN :start AND :end
      AND (:operation IS NULL OR span.name = :operation)
      AND (:min IS NULL OR span.duration_ns >= :min)
      AND (:max IS NULL OR span.duration_ns <= :max)
      AND (:needle IS NULL OR instr(span.json, :needle) > 0)
    ORDER BY span.start_us DESC`,
  summaries: `
    SELECT * FROM (SELECT * FROM trace ORDER BY start_us DESC LIMIT ${SUMMARY_DEPTH}) AS trace
    WHERE trace.end_us - trace.start_us >= :min AND trace.errors >= :errors
      AND (coalesce(:service, :operation) IS NULL OR EXISTS (
        SELECT 1 FROM span WHERE span.trace = trace.id
          AND (:service IS NULL OR span.service = :service)
          AND (:operation IS NULL OR span.name = :operation)))
      AND (:pattern IS NULL OR EXISTS (
        SELECT 1 FROM span WHERE span.trace = trace.id AND span.json LIKE :pattern ESCAPE '\\'))
    ORDER BY trace.start_us DESC LIMIT :limit`,
  servicesOfTrace: `
    SELECT service, count(*) AS spans FROM span WHERE trace = ?
    GROUP BY service ORDER BY spans DESC, service`,
  dependencies: `
    SELECT parent.service AS parent, child.service AS child, count(*) AS calls
    FROM trace
    JOIN span AS child ON child.trace = trace.id
    JOIN span AS parent ON parent.trace = child.trace AND parent.span_id = child.parent_id
    WHERE trace.start_us > ? AND trace.end_us < ?
    GROUP BY 1, 2 ORDER BY 1, 2`,
} as const;
