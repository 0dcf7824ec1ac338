import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';

/** What the list of traces is narrowed to; service and operation must be those of one and the same span. */
export interface TraceFilter {
  readonly service?: string;
  readonly operation?: string;
  /** Anywhere in the JSON of one of its spans or in one of its log lines, upper and lower case (of ASCII) alike. */
  readonly text?: string;
  /** Only those with a failed span. */
  readonly errors: boolean;
  /** Of the whole trace, in microseconds; both inclusive. */
  readonly minMicros: number;
  readonly maxMicros?: number;
  /** When it starts, in Unix microseconds; both inclusive. */
  readonly fromMicros?: number;
  readonly toMicros?: number;
  /** How many summaries. */
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

/** A trace as a dot in a diagram. */
export type TracePoint = Pick<
  TraceSummary,
  'traceId' | 'service' | 'name' | 'startMicros' | 'durationMicros' | 'errors'
>;

interface FoundTraces {
  readonly summaries: readonly TraceSummary[];
  /** The newest that fit, of which the first are the summaries; at most `MAX_POINTS`. */
  readonly points: readonly TracePoint[];
  /** How many traces were looked through: at most `SEARCH_DEPTH`. */
  readonly searched: number;
}

/** Finds traces for the list, the newest first. */
export class TraceFinder {
  readonly #statements: Readonly<Record<keyof typeof SQL, StatementSync>>;

  constructor(database: DatabaseSync) {
    const prepared = Object.entries(SQL).map(([name, text]) => [name, database.prepare(text)]);
    this.#statements = Object.fromEntries(prepared);
  }

  /** The newest traces first, whatever their service. Looks no further back than `SEARCH_DEPTH` traces of the time asked for. */
  find(filter: TraceFilter): FoundTraces {
    const { text, fromMicros = 0, toMicros = Number.MAX_SAFE_INTEGER, limit } = filter;
    const time = { from: fromMicros, to: toMicros };
    const rows = this.#statements.found.all({
      ...time,
      service: filter.service ?? null,
      operation: filter.operation ?? null,
      pattern: text === undefined ? null : `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`,
      errors: Number(filter.errors),
      min: filter.minMicros,
      max: filter.maxMicros ?? Number.MAX_SAFE_INTEGER,
      limit: Math.max(limit, MAX_POINTS),
    });
    return {
      summaries: rows.slice(0, limit).map((row) => this.#summary(row)),
      points: rows.slice(0, MAX_POINTS).map(pointOf),
      searched: Number(this.#statements.searched.get(time)?.['traces']),
    };
  }

  /** When the newest trace starts, in Unix microseconds; undefined where there is none. */
  newestMicros(): number | undefined {
    const newest = this.#statements.newest.get()?.['start'];
    return typeof newest === 'number' ? newest : undefined;
  }

  /**
   * Traces whose ids are likely meant by a text that is none of them, the
   * likeliest first, at most five: they share a beginning, an end or both with
   * it, as an id that was cut off or mistyped does.
   */
  nearest(text: string): TraceSummary[] {
    const wanted = text.toLowerCase();
    const rows = this.#statements.ids.all({ id: wanted });
    return rows
      .map((row) => ({ row, alike: charactersAlike(wanted, String(row['trace_id'])) }))
      .filter(({ alike }) => alike >= FEWEST_ALIKE)
      .toSorted((a, b) => b.alike - a.alike)
      .slice(0, MAX_NEAREST)
      .map(({ row }) => this.#summary(row));
  }

  #summary(row: Row): TraceSummary {
    return {
      ...pointOf(row),
      spans: Number(row['spans']),
      warned: Number(row['warned']),
      services: this.#statements.servicesOfTrace
        .all(Number(row['id']))
        .map(({ service, spans }) => ({ name: String(service), spans: Number(spans) })),
    };
  }
}

type Row = Record<string, SQLOutputValue>;

/** It is asked again and again while somebody looks: a list without an end would be none of a diagram. */
const MAX_POINTS = 1_000;
const SEARCH_DEPTH = 5_000;
const MAX_NEAREST = 5;
/** Of two random ids among thousands hardly any share more. */
const FEWEST_ALIKE = 5;

function pointOf(row: Row): TracePoint {
  return {
    traceId: String(row['trace_id']),
    service: String(row['root_service']),
    name: String(row['root_name']),
    startMicros: Number(row['start_us']),
    durationMicros: Number(row['end_us']) - Number(row['start_us']),
    errors: Number(row['errors']),
  };
}

/** The length of the beginning that two texts share, and of the end, each character counted once. */
function charactersAlike(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < most - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return start + end;
}

const IN_TIME = `
  SELECT * FROM trace WHERE start_us BETWEEN :from AND :to
  ORDER BY start_us DESC LIMIT ${SEARCH_DEPTH}`;

const SQL = {
  found: `
    SELECT * FROM (${IN_TIME}) AS trace
    WHERE trace.end_us - trace.start_us BETWEEN :min AND :max AND trace.errors >= :errors
      AND (coalesce(:service, :operation) IS NULL OR EXISTS (
        SELECT 1 FROM span WHERE span.trace = trace.id
          AND (:service IS NULL OR span.service = :service)
          AND (:operation IS NULL OR span.name = :operation)))
      AND (:pattern IS NULL
        OR EXISTS (SELECT 1 FROM span WHERE span.trace = trace.id AND span.json LIKE :pattern ESCAPE '\\')
        OR EXISTS (SELECT 1 FROM line WHERE line.trace = trace.id AND line.text LIKE :pattern ESCAPE '\\'))
    ORDER BY trace.start_us DESC LIMIT :limit`,
  searched: `SELECT count(*) AS traces FROM (${IN_TIME})`,
  newest: 'SELECT max(start_us) AS start FROM trace',
  // By the index of ids the two beside the one that is missing share the longest beginning with it.
  ids: `
    SELECT * FROM trace WHERE id IN (
      SELECT id FROM (SELECT id FROM trace ORDER BY start_us DESC LIMIT ${SEARCH_DEPTH})
      UNION SELECT id FROM (SELECT id FROM trace WHERE trace_id >= :id ORDER BY trace_id LIMIT ${MAX_NEAREST})
      UNION SELECT id FROM (SELECT id FROM trace WHERE trace_id < :id ORDER BY trace_id DESC LIMIT ${MAX_NEAREST}))
    ORDER BY start_us DESC`,
  servicesOfTrace: `
    SELECT service, count(*) AS spans FROM span WHERE trace = ?
    GROUP BY service ORDER BY spans DESC, service`,
} as const;
