import type { SpanExporter } from '../export/exporter.ts';
import type { TraceStore } from '../export/trace-store.ts';
import type { FileLog } from '../log/file-log.ts';
import { Firehose, type Batch, type Source } from '../log/firehose.ts';
import { instanceId } from '../log/wire.ts';
import { isSystemSource } from '../osquery/events/system-source.ts';
import { SpanRebuilder, concernsSpans, type RebuiltSpan } from '../spans/rebuild.ts';
import type { Span } from '../spans/span.ts';
import type { Console } from './console.ts';

/** Spans wait this long, or until there are so many, to be stored together. */
const STORE_DELAY_MS = 200;
const STORE_BATCH = 500;

/** A second in which no process writes is said in the log. */
const TICK_MICROS = 1_000_000;
const TICK_CHECK_MS = 100;

export interface PipelineParts {
  readonly nowMicros: () => number;
  readonly log: FileLog;
  readonly console: Console;
  readonly store: TraceStore;
  readonly host: string;
  /** Shown each batch before anybody else. */
  readonly look: (batch: Batch) => void;
  /** Shown each batch when it has its place everywhere: lines said then come after it. */
  readonly follow: (batch: Batch) => void;
  /** Shown each span when it is rebuilt. */
  readonly onSpan: (span: Span) => void;
  /** A sink is full: the sources must wait until `onDrain`. */
  readonly onPressure: () => void;
  /** Something for the user to know. */
  readonly onTrouble: (message: string) => void;
}

/**
 * What becomes of a line: the merge point gives it its place, the file keeps
 * it, the console shows it, and the spans rebuilt from it go to the embedded
 * store and to Jaeger.
 */
export class Pipeline {
  readonly firehose: Firehose;
  /** The runner's own lines. */
  readonly driver: Source;
  readonly #parts: PipelineParts;
  readonly #rebuilder = new SpanRebuilder((rebuilt) => this.#rebuilt(rebuilt));
  readonly #ticker: NodeJS.Timeout;
  #waiting: RebuiltSpan[] = [];
  #storeTimer: NodeJS.Timeout | undefined;
  #exporter: SpanExporter | undefined;
  /** When a process wrote last; what looks at the system never is silent. */
  #heardMicros = 0;
  lines = 0;
  /** Spans that the embedded store could not take. */
  notStored = 0;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.firehose = new Firehose(parts.nowMicros, (batch) => this.#take(batch));
    const startSeconds = Math.floor(parts.nowMicros() / 1e6);
    this.driver = this.firehose.source(
      'driver',
      instanceId('driver', parts.host, process.pid, startSeconds),
    );
    this.#ticker = setInterval(() => {
      if (parts.nowMicros() - this.#heardMicros >= TICK_MICROS) this.driver.say({ tick: true });
    }, TICK_CHECK_MS);
  }

  get counts(): SpanRebuilder['counts'] {
    return this.#rebuilder.counts;
  }

  /** See SpanRebuilder. */
  underWay(atSeconds: number, most: number): Span[] {
    return this.#rebuilder.underWay(atSeconds, most);
  }

  /** From here on spans also go there. */
  exportTo(exporter: SpanExporter | undefined): void {
    this.#exporter = exporter;
  }

  /** No line comes any more: closes the open spans and stores what waits. */
  end(): void {
    clearInterval(this.#ticker);
    this.#rebuilder.end();
    this.#store();
  }

  #take(batch: Batch): void {
    const { log, console, look, follow, onPressure } = this.#parts;
    this.lines += batch.entries.length;
    // The lines of a batch have one source.
    if (!batch.entries.some(isSystemSource)) this.#heardMicros = this.firehose.lastMicros;
    look(batch);
    const logged = log.write(batch.text, batch.entries.length);
    for (const entry of batch.entries) if (concernsSpans(entry)) this.#rebuilder.push(entry);
    const shown = console.write(batch.entries);
    if (!logged || !shown) onPressure();
    follow(batch);
  }

  #rebuilt(rebuilt: RebuiltSpan): void {
    this.#parts.onSpan(rebuilt.span);
    this.#exporter?.push(rebuilt.span);
    this.#waiting.push(rebuilt);
    if (this.#waiting.length >= STORE_BATCH) this.#store();
    else this.#storeTimer ??= setTimeout(() => this.#store(), STORE_DELAY_MS);
  }

  #store(): void {
    clearTimeout(this.#storeTimer);
    this.#storeTimer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      if (waiting.length > 0) this.#parts.store.add(waiting);
    } catch (error) {
      if (this.notStored === 0) this.#parts.onTrouble(`trace store: ${(error as Error).message}`);
      this.notStored += waiting.length;
    }
  }
}
