import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { listSegments } from './log-segments.ts';

export interface SegmentKeeperOptions {
  /** Of all segments and the log itself; the oldest segments are removed beyond it. */
  readonly maxTotalBytes: number;
  /** Of the log itself, at present. */
  readonly logBytes: () => number;
  /** There may be room again. */
  readonly onProgress: () => void;
  /** Told what is removed, and what could not be compressed. */
  readonly onTrouble: (message: string) => void;
}

/** Beside the one that is being compressed. */
const MAX_WAITING = 1;

/**
 * Looks after the older segments of a log, in the background and one by one:
 * compresses them, and removes the oldest where all are too much then.
 */
export class SegmentKeeper {
  readonly #log: string;
  readonly #options: SegmentKeeperOptions;
  readonly #stopped = new AbortController();
  #tidying: Promise<void> | undefined;
  #again = false;
  #waiting = 0;
  /** Those that could not be compressed. */
  readonly #uncompressed = new Set<string>();
  /** Segments that were removed so far, and their bytes as they were on disk. */
  readonly removed = { segments: 0, bytes: 0 };

  constructor(log: string, options: SegmentKeeperOptions) {
    this.#log = log;
    this.#options = options;
  }

  /** Whether so many segments wait to be compressed that the log should wait for that. */
  get isBehind(): boolean {
    return this.#waiting > MAX_WAITING;
  }

  /** To be called at the beginning, and for each new segment; never rejects. */
  tidy(segments = 0): void {
    this.#waiting += segments;
    this.#again = true;
    this.#tidying ??= this.#work().finally(() => (this.#tidying = undefined));
  }

  /** Leaves what is under way for the next run; resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#stopped.abort();
    this.#waiting = 0;
    await this.#tidying;
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#stopped.signal.aborted) {
      this.#again = false;
      for (let raw = this.#nextRaw(); raw !== undefined; raw = this.#nextRaw()) {
        await this.#compress(raw);
        this.#waiting = Math.max(0, this.#waiting - 1);
        this.#options.onProgress();
      }
      // Not before: what is compressed may well have room.
      await this.#bound();
    }
  }

  /** The oldest segment that is to be compressed. */
  #nextRaw(): string | undefined {
    if (this.#stopped.signal.aborted) return undefined;
    return listSegments(this.#log).find(
      ({ file }) => !file.endsWith('.gz') && !this.#uncompressed.has(file),
    )?.file;
  }

  async #compress(raw: string): Promise<void> {
    const { signal } = this.#stopped;
    const packed = `${raw}.gz`;
    try {
      await pipeline(
        createReadStream(raw),
        createGzip({ level: constants.Z_BEST_SPEED }),
        createWriteStream(`${packed}.part`, { mode: 0o600 }),
        { signal },
      );
      // The name is got when all is there: whoever sees `.gz` can read it.
      await rename(`${packed}.part`, packed);
      await rm(raw);
    } catch (error) {
      await rm(`${packed}.part`, { force: true }).catch(() => {});
      if (signal.aborted) return;
      this.#uncompressed.add(raw);
      this.#options.onTrouble(`${raw} stays uncompressed: ${(error as Error).message}`);
    }
  }

  async #bound(): Promise<void> {
    const { maxTotalBytes, logBytes, onTrouble } = this.#options;
    const segments = listSegments(this.#log);
    let total = logBytes() + segments.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { file, bytes } of segments) {
      if (total <= maxTotalBytes) return;
      try {
        await rm(file);
        // A run that died between compressing it and removing it has left both.
        await rm(file.replace(/\.gz$/, ''), { force: true });
        this.removed.segments++;
        this.removed.bytes += bytes;
        onTrouble(`removed ${file} (${bytes} bytes): the log may have ${maxTotalBytes} in all`);
      } catch (error) {
        onTrouble(`cannot remove ${file}: ${(error as Error).message}`);
      }
      total -= bytes;
    }
  }
}
