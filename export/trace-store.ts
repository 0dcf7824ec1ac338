import type { DatabaseSync } from 'node:sqlite';
import type { LogEntry } from '../log/entry.ts';
import { lineKey } from '../spans/line-key.ts';
import { durationNanos, unixMicros } from '../spans/nanos.ts';
import type { RebuiltSpan } from '../spans/rebuild.ts';
import { serviceName } from '../spans/service-name.ts';
import { STATUS } from '../spans/span.ts';
import { CallReader } from './call-reader.ts';
import { TraceFinder } from './trace-finder.ts';
import { TraceQueries } from './trace-queries.ts';
import { TraceReader } from './trace-reader.ts';
import { openTraceDatabase } from './trace-schema.ts';
import { prepareWrites, type TraceWrites } from './trace-writes.ts';

interface TraceStoreBounds {
  /** Of the texts of spans and lines, with an allowance for their rows; the file stays below about twice this. */
  readonly maxBytes: number;
  /** Since a trace was last heard of, by the time of its lines. */
  readonly maxAgeSeconds: number;
}

interface TraceStoreStats {
  readonly traces: number;
  readonly spans: number;
  readonly bytes: number;
  /** What fell out since the store was opened, by the bound it was over. */
  readonly evicted: Readonly<Record<Bound, { readonly traces: number; readonly spans: number }>>;
}

type Bound = 'age' | 'size';

/**
 * Spans and the log lines they were made of, in SQLite, bounded by size and
 * age: whole traces fall out, the one not heard of for longest first, and are
 * counted. Adding is idempotent: a span is known by trace and span id, and
 * what came first stays.
 */
export class TraceStore {
  /** As Jaeger asks. */
  readonly queries: TraceQueries;
  /** As the page's list asks, */
  readonly finder: TraceFinder;
  /** and its view of one trace. */
  readonly reader: TraceReader;
  /** As its map of services asks. */
  readonly calls: CallReader;
  readonly #database: DatabaseSync;
  readonly #bounds: TraceStoreBounds;
  readonly #writes: TraceWrites;
  #held: Held;

  /**
   * `path` is a file, which is made if it is not there, or `:memory:`; the
   * bounds not given are 256 MiB and 72 hours. Throws where it cannot be used.
   */
  constructor(path: string, bounds: Partial<TraceStoreBounds> = {}) {
    this.#bounds = { ...DEFAULT_BOUNDS, ...bounds };
    this.#database = openTraceDatabase(path);
    this.#writes = prepareWrites(this.#database);
    this.queries = new TraceQueries(this.#database);
    this.finder = new TraceFinder(this.#database);
    this.reader = new TraceReader(this.#database);
    this.calls = new CallReader(this.#database);
    this.#held = { ...this.#writes.held(), evicted: { age: NOTHING, size: NOTHING } };
    this.add([]);
  }

  /** Adds what is new among the spans, and evicts what is over a bound, in one transaction. Returns how many were new. */
  add(spans: readonly RebuiltSpan[]): number {
    const before = this.#held;
    this.#held = { ...before };
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      let added = 0;
      for (const ofTrace of Map.groupBy(spans, ({ span }) => span.traceId).values()) {
        added += this.#addToTrace(ofTrace);
      }
      this.#evict();
      this.#database.exec('COMMIT');
      return added;
    } catch (error) {
      this.#held = before;
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  get stats(): TraceStoreStats {
    const { traces, spans, bytes, evicted } = this.#held;
    return { traces, spans, bytes, evicted };
  }

  close(): void {
    this.#database.close();
  }

  #addToTrace(spans: readonly RebuiltSpan[]): number {
    const traceId = spans[0]?.span.traceId ?? '';
    const known = this.#writes.traceNumber(traceId);
    const trace = known ?? this.#writes.addTrace(traceId);
    if (known === undefined) this.#held.traces += 1;
    let added = 0;
    let bytes = known === undefined ? ROW_BYTES : 0;
    for (const rebuilt of spans) {
      const weight = this.#addSpan(trace, rebuilt);
      if (weight > 0) added += 1;
      bytes += weight;
    }
    if (bytes > 0) this.#writes.addBytes(trace, bytes);
    this.#held.spans += added;
    this.#held.bytes += bytes;
    return added;
  }

  /** Returns the bytes it takes, 0 for a span that was there already. */
  #addSpan(trace: number, { span, entries }: RebuiltSpan): number {
    const service = serviceName(span);
    const startMicros = unixMicros(span.startTimeUnixNano);
    const endMicros = unixMicros(span.endTimeUnixNano);
    const json = JSON.stringify(span);
    const isNew = this.#writes.addSpan({
      trace,
      spanId: span.spanId,
      parentId: span.parentSpanId ?? null,
      service,
      name: span.name,
      kind: span.kind,
      status: span.status.code,
      startMicros,
      durationNanos: durationNanos(span),
      json,
    });
    if (!isNew) return 0;
    const heardMicros = entries.length === 0 ? endMicros : newestMicros(entries);
    this.#held.newestMicros = Math.max(this.#held.newestMicros, heardMicros);
    this.#writes.addOperation(service, span.name, span.kind);
    this.#writes.extendTrace({
      trace,
      startMicros: Math.min(startMicros, endMicros),
      endMicros: Math.max(startMicros, endMicros),
      heardMicros,
      error: Number(span.status.code === STATUS.error),
      warned: Number(span.warnings.length > 0),
    });
    // A span with a parent stands for the trace only until the one without comes.
    this.#writes.proposeRoot({
      trace,
      rank: Number(span.parentSpanId !== undefined),
      startMicros,
      spanId: span.spanId,
      service,
      name: span.name,
    });
    return ROW_BYTES + Buffer.byteLength(json) + this.#addLines(trace, { span, entries });
  }

  #addLines(trace: number, { span, entries }: RebuiltSpan): number {
    let bytes = 0;
    for (const [index, entry] of entries.entries()) {
      const key = lineKey(span.lines[index] ?? entry);
      if (!this.#writes.addLine(trace, key, entry)) continue;
      bytes += ROW_BYTES + Buffer.byteLength(entry.text);
    }
    return bytes;
  }

  #evict(): void {
    const held = this.#held;
    // A line from the future must not make all others old.
    const nowMicros = Math.min(held.newestMicros, Date.now() * 1000);
    const horizonMicros = nowMicros - this.#bounds.maxAgeSeconds * 1e6;
    for (let oldest = this.#writes.oldest(); oldest; oldest = this.#writes.oldest()) {
      const bound: Bound | undefined =
        oldest.heardMicros < horizonMicros
          ? 'age'
          : held.bytes > this.#bounds.maxBytes
            ? 'size'
            : undefined;
      if (bound === undefined) return;
      this.#writes.removeTrace(oldest.trace);
      held.traces -= 1;
      held.spans -= oldest.spans;
      held.bytes -= oldest.bytes;
      const { traces, spans } = held.evicted[bound];
      held.evicted = {
        ...held.evicted,
        [bound]: { traces: traces + 1, spans: spans + oldest.spans },
      };
    }
  }
}

interface Held {
  traces: number;
  spans: number;
  bytes: number;
  newestMicros: number;
  evicted: TraceStoreStats['evicted'];
}

const DEFAULT_BOUNDS: TraceStoreBounds = { maxBytes: 256 * 2 ** 20, maxAgeSeconds: 72 * 3600 };
const NOTHING = { traces: 0, spans: 0 };
/** About what a row costs beside its text: ids, times, and its place in the indexes. */
const ROW_BYTES = 200;

const newestMicros = (entries: readonly LogEntry[]): number =>
  Math.round(entries.reduce((newest, { ts }) => Math.max(newest, ts), 0) * 1e6);
