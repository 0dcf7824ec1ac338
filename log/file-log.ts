import {
  closeSync,
  createWriteStream,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  type WriteStream,
} from 'node:fs';
import { listSegments, segmentFile } from './log-segments.ts';
import { SegmentKeeper } from './segment-keeper.ts';

export interface FileLogOptions {
  /** The log is free again after `write` gave false. */
  readonly drain: () => void;
  /** Told once, if the disk fails. */
  readonly error: (error: Error) => void;
  /** Told what becomes of older segments: removed, or not compressed. */
  readonly trouble?: (message: string) => void;
  /** A log of this size becomes a segment, and a new one is begun; never, unless given. */
  readonly maxBytes?: number;
  /** One that was begun so long ago does as well, in ms. */
  readonly maxAgeMs?: number;
  /** Of the log with all its segments; the oldest of them are removed. */
  readonly maxTotalBytes?: number;
  readonly maxBufferedBytes?: number;
  /** Unix time in ms. */
  readonly now?: () => number;
}

/**
 * The firehose in a file: lines are appended, never changed. Where an earlier
 * run died in the middle of a line, that line is ended first. A log that is too
 * large or too old is renamed to a segment (`log-segments.ts`) between two
 * writes, so that no line is lost, doubled or cut.
 *
 * `write` takes whole lines and gives false when more than `maxBufferedBytes`
 * wait for the disk, or segments for being compressed: stop the sources until `drain`. If the disk fails, what
 * can no longer be written is counted in `lostLines`.
 */
export class FileLog {
  readonly path: string;
  lostLines = 0;
  readonly #options: FileLogOptions;
  readonly #keeper: SegmentKeeper;
  readonly #now: () => number;
  #stream: WriteStream;
  /** Segments whose last lines are still on their way to the disk. */
  readonly #closing = new Set<WriteStream>();
  #bytes = 0;
  #sinceMs = 0;
  /** Of a device or a pipe there is nothing to put away. */
  #isRegular = true;
  #segments: number;
  #failed = false;

  /** Throws the file system's error if the file cannot be appended to. */
  constructor(path: string, options: FileLogOptions) {
    this.path = path;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#keeper = new SegmentKeeper(path, {
      maxTotalBytes: options.maxTotalBytes ?? Number.POSITIVE_INFINITY,
      logBytes: () => this.#bytes,
      onProgress: () => options.drain(),
      onTrouble: (message) => options.trouble?.(message),
    });
    this.#segments = listSegments(path).at(-1)?.number ?? 0;
    this.#stream = this.#open();
    this.#keeper.tidy();
  }

  /** Segments that were removed so far because all were too much. */
  get removed(): { readonly segments: number; readonly bytes: number } {
    return this.#keeper.removed;
  }

  /** Whether more than the bound waits for the disk, or segments come faster than they can be compressed. */
  get isFull(): boolean {
    if (this.#failed) return false;
    return (
      this.#keeper.isBehind ||
      this.#closing.size > 1 ||
      this.#stream.writableNeedDrain ||
      [...this.#closing].some((stream) => stream.writableNeedDrain)
    );
  }

  /** `lines` is how many the text holds, for the count. */
  write(text: string, lines: number): boolean {
    if (!this.#failed && this.#isOver()) this.#rotate();
    if (this.#failed) {
      this.lostLines += lines;
      return true;
    }
    this.#bytes += Buffer.byteLength(text);
    this.#stream.write(text);
    return !this.isFull;
  }

  /** Resolves with whether all that was written so far is with the operating system. */
  async settled(): Promise<boolean> {
    const [isFlushed] = await Promise.all([
      flushed(this.#stream),
      ...[...this.#closing].map(ended),
    ]);
    return isFlushed && !this.#failed;
  }

  /** Resolves when all is with the operating system. */
  async close(): Promise<void> {
    await this.#keeper.close();
    if (this.#failed) return;
    await Promise.all([this.#stream, ...this.#closing].map(ended));
  }

  #open(): WriteStream {
    const fd = openSync(this.path, 'a+', 0o600);
    const { torn, bytes, bornMs, isRegular } = stateOf(fd);
    const stream = createWriteStream(this.path, {
      fd,
      highWaterMark: this.#options.maxBufferedBytes ?? 4 * 1024 * 1024,
    });
    stream.on('drain', this.#options.drain);
    stream.on('error', (error) => this.#fail(error));
    if (torn) stream.write('\n');
    this.#isRegular = isRegular;
    this.#bytes = bytes + (torn ? 1 : 0);
    this.#sinceMs = bytes === 0 ? this.#now() : bornMs;
    return stream;
  }

  #isOver(): boolean {
    const { maxBytes = Infinity, maxAgeMs = Infinity } = this.#options;
    if (this.#bytes === 0 || !this.#isRegular) return false;
    return this.#bytes >= maxBytes || this.#now() - this.#sinceMs >= maxAgeMs;
  }

  #rotate(): void {
    const last = this.#stream;
    try {
      renameSync(this.path, segmentFile(this.path, ++this.#segments));
      this.#stream = this.#open();
    } catch (error) {
      return this.#fail(error as Error);
    }
    this.#closing.add(last);
    void ended(last).then(() => {
      this.#closing.delete(last);
      this.#options.drain();
      this.#keeper.tidy(1);
    });
  }

  #fail(error: Error): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#options.error(error);
    this.#options.drain();
  }
}

/** Resolves with whether what was given to a stream is written, once it is or cannot be. */
function flushed(stream: WriteStream): Promise<boolean> {
  return new Promise((resolve) => {
    if (stream.destroyed) return resolve(false);
    stream.write('', (error) => resolve(error == null));
  });
}

/** Resolves when all is written, or cannot be. */
function ended(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) return resolve();
    stream.on('error', () => resolve());
    stream.end(resolve);
  });
}

/** What an earlier run left: how much, since when, and whether its last line has no end. */
function stateOf(fd: number): {
  torn: boolean;
  bytes: number;
  bornMs: number;
  isRegular: boolean;
} {
  try {
    const stats = fstatSync(fd);
    const { size, birthtimeMs } = stats;
    const last = Buffer.alloc(1);
    if (size > 0) readSync(fd, last, 0, 1, size - 1);
    const torn = size > 0 && last[0] !== 10;
    return { torn, bytes: size, bornMs: birthtimeMs, isRegular: stats.isFile() };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
