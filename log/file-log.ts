import {
  closeSync,
  createWriteStream,
  fstatSync,
  openSync,
  readSync,
  type WriteStream,
} from 'node:fs';

/**
 * The firehose in a file: lines are appended, never changed. Where an earlier
 * run died in the middle of a line, that line is ended first.
 *
 * `write` takes whole lines and gives false when more than `maxBufferedBytes`
 * wait for the disk: stop the sources until `onDrain`. If the disk fails, what
 * can no longer be written is counted in `lostLines`, and `onError` is told once.
 */
export class FileLog {
  readonly path: string;
  lostLines = 0;
  readonly #stream: WriteStream;
  #failed = false;

  constructor(
    path: string,
    on: { drain: () => void; error: (error: Error) => void },
    maxBufferedBytes = 4 * 1024 * 1024,
  ) {
    this.path = path;
    const fd = openSync(path, 'a+', 0o600);
    const torn = endsInsideALine(fd);
    this.#stream = createWriteStream(path, { fd, highWaterMark: maxBufferedBytes });
    this.#stream.on('drain', on.drain);
    this.#stream.on('error', (error) => {
      this.#failed = true;
      on.error(error);
      on.drain();
    });
    if (torn) this.#stream.write('\n');
  }

  /** Whether more than the bound waits for the disk. */
  get isFull(): boolean {
    return !this.#failed && this.#stream.writableNeedDrain;
  }

  /** `lines` is how many the text holds, for the count. */
  write(text: string, lines: number): boolean {
    if (this.#failed) {
      this.lostLines += lines;
      return true;
    }
    return this.#stream.write(text);
  }

  /** Resolves when all is with the operating system. */
  async close(): Promise<void> {
    if (this.#failed) return;
    await new Promise<void>((resolve) => {
      this.#stream.on('error', () => resolve());
      this.#stream.end(resolve);
    });
  }
}

function endsInsideALine(fd: number): boolean {
  try {
    const { size } = fstatSync(fd);
    if (size === 0) return false;
    const last = Buffer.alloc(1);
    readSync(fd, last, 0, 1, size - 1);
    return last[0] !== 10;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
