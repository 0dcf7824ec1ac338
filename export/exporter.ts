import type { Span } from '../spans/span.ts';
import { emptyBatch, spanLine, spansOf, type Batch } from './batch.ts';
import { systemClock, type Clock } from './clock.ts';
import { SendError, type Sender } from './sender.ts';
import { Spool } from './spool.ts';

export interface ExporterOptions {
  /** Where batches wait while the target is away; what an earlier run left there goes first. */
  readonly spoolFolder: string;
  readonly maxSpoolBytes?: number;
  /** What may wait in memory, as JSON text. */
  readonly maxQueueBytes?: number;
  readonly maxBatchSpans?: number;
  readonly maxBatchBytes?: number;
  /** How long a span waits for its batch to fill. */
  readonly maxDelayMs?: number;
  /** Told once when the target goes away, once when it is back, and once when it starts refusing. */
  readonly onState?: (text: string) => void;
  readonly clock?: Clock;
}

/** Each span that was pushed, or found in the spool, is counted in exactly one of these. */
export interface ExporterStats {
  readonly sent: number;
  /** In memory. */
  readonly queued: number;
  /** On disk. */
  readonly spooled: number;
  /** Fell out of a full queue or spool. */
  readonly dropped: number;
  /** The target will never take them. */
  readonly refused: number;
  readonly lastError?: string;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/**
 * Sends spans in batches, one request at a time. While the target is away,
 * batches wait in a spool on disk, and when it is back they go first, in order;
 * a batch leaves the disk when it was accepted, so nothing is missing, and is
 * sent again unchanged, so nothing is there twice (Jaeger shows identical spans
 * once).
 */
export class SpanExporter {
  readonly #sender: Sender;
  readonly #options: Required<ExporterOptions>;
  readonly #spool: Spool;
  #open: Batch;
  /** Full batches that wait in memory, oldest first. */
  #waiting: Batch[] = [];
  #inFlight: Batch | undefined;
  #queuedBytes = 0;
  #away = false;
  #refusing = false;
  #failures = 0;
  #sent = 0;
  #dropped = 0;
  #refused = 0;
  #lastError: string | undefined;
  #closing = false;
  #closed = false;
  readonly #closeAsked = Promise.withResolvers<void>();
  #cancelAge: () => void = () => {};
  #spilling: Promise<void> = Promise.resolve();
  #wake = Promise.withResolvers<void>();
  readonly #worker: Promise<void>;

  /** Throws where the spool's folder cannot be made or read. */
  constructor(sender: Sender, options: ExporterOptions) {
    this.#sender = sender;
    this.#options = {
      maxSpoolBytes: 256 * 2 ** 20,
      maxQueueBytes: 32 * 2 ** 20,
      maxBatchSpans: 512,
      maxBatchBytes: 2 ** 20,
      maxDelayMs: 500,
      onState: () => {},
      clock: systemClock,
      ...options,
    };
    this.#spool = new Spool(options.spoolFolder, this.#options.maxSpoolBytes);
    this.#open = emptyBatch(this.#spool.last + 1);
    this.#worker = this.#work();
  }

  /** Takes a span to send. Never blocks and never throws; what does not fit is counted as dropped. */
  push(span: Span): void {
    const line = spanLine(span);
    if (
      line === undefined ||
      this.#closing ||
      this.#queuedBytes + line.length > this.#options.maxQueueBytes
    ) {
      this.#dropped++;
      return;
    }
    const { maxBatchBytes, maxBatchSpans, maxDelayMs, clock } = this.#options;
    if (this.#open.bytes + line.length > maxBatchBytes) this.#seal();
    this.#open.spans.push(span);
    this.#open.lines.push(line);
    this.#open.bytes += line.length;
    this.#queuedBytes += line.length;
    if (this.#open.spans.length >= maxBatchSpans) this.#seal();
    else if (this.#open.spans.length === 1)
      this.#cancelAge = clock.after(maxDelayMs, () => this.#seal());
  }

  stats(): ExporterStats {
    const inMemory = [this.#open, ...this.#waiting, ...(this.#inFlight ? [this.#inFlight] : [])];
    return {
      sent: this.#sent,
      queued: inMemory.reduce((sum, batch) => sum + batch.lines.length, 0),
      spooled: this.#spool.spans,
      dropped: this.#dropped + this.#spool.dropped,
      refused: this.#refused,
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
    };
  }

  /**
   * Sends what is left, for `deadlineMs` at most or until the target does not
   * answer; the rest goes to the spool for the next run. Closes the sender.
   */
  async close(deadlineMs: number): Promise<void> {
    this.#seal();
    this.#closing = true;
    this.#closeAsked.resolve();
    this.#wakeWorker();
    const deadline = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(deadlineMs, deadline.resolve);
    await Promise.race([this.#worker, deadline.promise]);
    cancel();
    this.#closed = true;
    if (this.#inFlight) this.#waiting.unshift(this.#inFlight);
    this.#inFlight = undefined;
    await this.#spill();
    for (const { lines } of this.#waiting.splice(0)) this.#dropped += lines.length; // no disk to wait on
    await this.#sender.close();
  }

  /** The open batch is full, or old enough. */
  #seal(): void {
    this.#cancelAge();
    if (this.#open.spans.length === 0) return;
    this.#waiting.push(this.#open);
    this.#open = emptyBatch(this.#open.sequence + 1);
    if (this.#away || this.#queuedBytes > this.#options.maxQueueBytes / 2) void this.#spill();
    this.#wakeWorker();
  }

  /** Moves the batches that wait in memory to the disk; those it cannot write stay in memory. */
  #spill(): Promise<void> {
    const before = this.#spilling;
    this.#spilling = (async () => {
      await before;
      try {
        for (const batch of this.#waiting.slice()) {
          await this.#spool.put(batch.sequence, batch.lines);
          this.#waiting = this.#waiting.filter((other) => other !== batch);
          this.#queuedBytes -= batch.bytes;
        }
      } catch (error) {
        this.#lastError = `cannot write to ${this.#spool.folder}: ${String(error)}`;
      }
    })();
    return this.#spilling;
  }

  async #work(): Promise<void> {
    while (!this.#closed) {
      const { promise: woken } = this.#wake;
      await this.#spilling;
      const batch = await this.#next();
      if (!batch) {
        if (this.#closing) return;
        await woken;
        continue;
      }
      const failure = await this.#send(batch);
      if (this.#closed) return; // the batch is in the spool, whatever became of it
      if (failure?.retryable) {
        await this.#wait(batch, failure);
        if (this.#closing) return;
      } else await this.#finish(batch, failure);
    }
  }

  /** The oldest batch, from memory or disk. */
  async #next(): Promise<Batch | undefined> {
    const [inMemory] = this.#waiting;
    const onDisk = this.#spool.first;
    if (onDisk === undefined || (inMemory && inMemory.sequence < onDisk)) {
      this.#inFlight = this.#waiting.shift();
      return this.#inFlight;
    }
    try {
      const file = await this.#spool.read();
      if (!file) return undefined;
      const spans = spansOf(file.lines);
      this.#dropped += file.lines.length - spans.length; // somebody wrote to the file
      return { ...emptyBatch(file.sequence), spans };
    } catch (error) {
      this.#lastError = `cannot read ${this.#spool.folder}: ${String(error)}`;
      return this.#next();
    }
  }

  async #send({ spans }: Batch): Promise<SendError | undefined> {
    try {
      await this.#sender.send(spans);
      return undefined;
    } catch (error) {
      // what is not a SendError is about these spans, not about the target
      return error instanceof SendError ? error : new SendError(String(error), false);
    }
  }

  /** The target is away: everything goes to the disk, until it is time to try again. */
  async #wait(batch: Batch, { message }: SendError): Promise<void> {
    const { clock, onState } = this.#options;
    this.#lastError = message;
    if (!this.#away)
      onState(`${this.#sender.target} is away (${message}); spans wait in ${this.#spool.folder}`);
    this.#away = true;
    if (this.#inFlight) this.#waiting.unshift(batch);
    this.#inFlight = undefined;
    await this.#spill();
    const backOffMs = Math.min(FIRST_RETRY_MS * 2 ** this.#failures++, LAST_RETRY_MS);
    const time = Promise.withResolvers<void>();
    const cancel = clock.after(backOffMs * (0.5 + clock.random() / 2), time.resolve);
    await Promise.race([time.promise, this.#closeAsked.promise]);
    cancel();
  }

  /** The target has answered for good: it has taken the batch, or refused it. */
  async #finish(batch: Batch, refusal: SendError | undefined): Promise<void> {
    const { target } = this.#sender;
    if (this.#away)
      this.#options.onState(`${target} is back; ${this.#spool.spans} spans waited for it`);
    this.#away = false;
    this.#failures = 0;
    if (refusal) {
      this.#refused += batch.spans.length;
      this.#lastError = refusal.message;
      if (!this.#refusing)
        this.#options.onState(
          `${target} refuses spans (${refusal.message}); they are counted, not sent again`,
        );
    } else this.#sent += batch.spans.length;
    this.#refusing = refusal !== undefined;
    this.#queuedBytes -= batch.bytes;
    if (this.#inFlight) this.#inFlight = undefined;
    else
      await this.#spool.remove(batch.sequence).catch((error: unknown) => {
        this.#lastError = String(error);
      });
  }

  #wakeWorker(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}
