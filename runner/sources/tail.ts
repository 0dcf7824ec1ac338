import { watch, type FSWatcher } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, extname } from 'node:path';
import type { Firehose, Source } from '../../log/firehose.ts';
import { instanceId } from '../../log/wire.ts';
import { refuseBinary } from '../log-bytes.ts';
import { UserError } from '../user-error.ts';
import { FileTail } from './file-tail.ts';
import type { LogSource } from './log-source.ts';
import { nodeNamer } from './node-namer.ts';

export interface TailOptions {
  readonly fromEnd: boolean;
  readonly maxLineBytes: number;
}

/** Looks so often where the file system tells nothing (network folders). */
const POLL_MS = 250;

/**
 * Follows files that other programs write, each as a node named by the file
 * (`/var/log/shop/api.log` is `api`) with stream `file`. A file that is not
 * there yet is waited for. Throws a UserError for one that cannot be read, is
 * no text, or is named twice; what happens to it later is told by the driver.
 */
export async function tailFiles(
  paths: readonly string[],
  firehose: Firehose,
  driver: Source,
  options: TailOptions,
): Promise<LogSource[]> {
  const twice = paths.find((path, at) => paths.indexOf(path) !== at);
  if (twice !== undefined) throw new UserError(`--tail: ${twice} is named twice`);
  const nameOf = nodeNamer();
  const started = Math.floor(Date.now() / 1e3);
  const tails: Tail[] = [];
  for (const path of paths) {
    const stem = basename(path, extname(path));
    const node = nameOf(stem, `${basename(dirname(path))}-${stem}`);
    const instance = instanceId(node, hostname(), process.pid, started);
    const tail = new Tail(path, firehose.source(node, instance), driver, options);
    await tail.begin();
    tails.push(tail);
  }
  return tails;
}

/** Looks at one file whenever it may have more. */
class Tail implements LogSource {
  readonly #tail: FileTail;
  readonly #driver: Source;
  readonly #node: string;
  #timer: NodeJS.Timeout | undefined;
  #watcher: FSWatcher | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isLooking = false;
  #again = false;
  #paused = false;
  #closed = false;
  #trouble = '';

  constructor(
    path: string,
    source: Source,
    driver: Source,
    { fromEnd, maxLineBytes }: TailOptions,
  ) {
    this.#driver = driver;
    this.#node = source.instance.split('@')[0] ?? '';
    this.#tail = new FileTail(path, {
      fromEnd,
      maxLineBytes,
      onLines: (lines) => source.write('file', lines),
      onHead: (head) => refuseBinary(path, head),
    });
  }

  async begin(): Promise<void> {
    const { path } = this.#tail;
    try {
      await this.#tail.look(() => this.#paused);
    } catch (error) {
      throw new UserError(`--tail: ${reasonOf(path, error)}`);
    }
    const msg = this.#tail.isOpen ? `reading ${path}` : `waiting for ${path}, which is not there`;
    this.#driver.say({ level: this.#tail.isOpen ? 30 : 40, msg, node: this.#node, file: path });
    this.#timer = setInterval(() => this.#look(), POLL_MS);
    try {
      this.#watcher = watch(dirname(path), (_event, name) => {
        if (name === null || name === basename(path)) this.#look();
      });
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // Polling has to do.
    }
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#look();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#watcher?.close();
    await this.#looking;
    await this.#tail.close();
  }

  #look(): void {
    this.#again = true;
    if (this.#isLooking || this.#paused || this.#closed) return;
    this.#isLooking = true;
    this.#looking = this.#lookOn().finally(() => (this.#isLooking = false));
  }

  async #lookOn(): Promise<void> {
    while (this.#again && !this.#paused && !this.#closed) {
      this.#again = false;
      await this.#tail
        .look(() => this.#paused)
        .then(
          () => (this.#trouble = ''),
          (error: unknown) => this.#tell(reasonOf(this.#tail.path, error)),
        );
    }
  }

  /** Once for as long as it lasts. */
  #tell(trouble: string): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#driver.say({ level: 50, msg: trouble, node: this.#node });
  }
}

function reasonOf(path: string, error: unknown): string {
  if (error instanceof UserError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return `cannot read ${path}: ${code === 'EISDIR' ? 'it is a folder; name the files in it' : message}`;
}
