import type { BigIntStats } from 'node:fs';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LineSplitter, type SplitLine } from '../../stream/line-splitter.ts';

export interface FileTailOptions {
  /** What the file holds at the beginning is not given. */
  readonly fromEnd: boolean;
  readonly maxLineBytes: number;
  readonly onLines: (lines: readonly SplitLine[]) => void;
  /** Told a file's first bytes; what it throws ends the reading. */
  readonly onHead: (head: Buffer) => void;
}

const CHUNK_BYTES = 256 * 1024;
const HEAD_BYTES = 64 * 1024;
/** Compared at each reading: a file that was truncated and written anew has other bytes there. */
const SEEN_BYTES = 256;
/** A file that has lost its name is read on until its writers have been silent for so long. */
const RENAMED_SILENCE_MS = 10_000;
const MAX_RENAMED = 8;
const MAX_KNOWN = 256;

/** What rotation adds to a name: `.1`, `-20261123`, `.2026-11-23T10`. */
const ROTATED = /^[.-][\d._T-]+$/;

/** A file that is open, known by its inode: it stays the same file whatever its name becomes. */
interface OpenFile {
  readonly handle: FileHandle;
  readonly key: string;
  readonly bornNs: bigint;
  readonly splitter: LineSplitter;
  offset: number;
  /** The last bytes before `offset`. */
  seen: Buffer;
  lastDataMs: number;
}

/**
 * Follows a file by name, as it grows and is rotated: each line that is written
 * to it is given once; a last line without its end waits. A file that was
 * renamed is read on until its writers have moved to the new one of its name,
 * and those between, where it is renamed faster than looked at, are found by
 * their inodes. A file that becomes shorter, or has other bytes where it was
 * read, was truncated, and is read from its start.
 *
 * What is written between the last look and a truncation is gone for any reader.
 */
export class FileTail {
  readonly path: string;
  readonly #options: FileTailOptions;
  #fromEnd: boolean;
  #file: OpenFile | undefined;
  #renamed: OpenFile[] = [];
  /** Keys of the files read so far; the newest of them. */
  #known: readonly string[] = [];

  constructor(path: string, options: FileTailOptions) {
    this.path = path;
    this.#options = options;
    this.#fromEnd = options.fromEnd;
  }

  /** Whether a file of this name has been there. */
  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  /**
   * Gives what is new. Must not be called again before it has resolved. Rejects
   * with the file system's error, or what `onHead` throws.
   * @param isPaused asked between two chunks, for who cannot take more now
   */
  async look(isPaused: () => boolean = () => false): Promise<void> {
    for (const file of this.#renamed) await this.#read(file, isPaused);
    await this.#closeRenamed(({ lastDataMs }) => Date.now() - lastDataMs > RENAMED_SILENCE_MS);
    for (;;) {
      const file = (this.#file ??= await this.#openFirst());
      if (file === undefined) return;
      if (!this.#known.includes(file.key))
        this.#known = [...this.#known, file.key].slice(-MAX_KNOWN);
      await this.#read(file, isPaused);
      const named = await stat(this.path, { bigint: true }).catch(() => undefined);
      if (isPaused() || named === undefined || keyOf(named) === file.key) return;
      const next = await this.#openNext(file);
      if (next === undefined) continue;
      await this.#read(file, isPaused);
      this.#renamed.push(file);
      this.#file = next;
      const oldest = this.#renamed.length > MAX_RENAMED ? this.#renamed[0] : undefined;
      await this.#closeRenamed((renamed) => renamed === oldest);
    }
  }

  /** Gives the rest, an unended last line with it. */
  async close(): Promise<void> {
    await this.look().catch(() => {});
    if (this.#file !== undefined) this.#renamed.push(this.#file);
    this.#file = undefined;
    await this.#closeRenamed(() => true);
  }

  async #closeRenamed(isOver: (file: OpenFile) => boolean): Promise<void> {
    const over = this.#renamed.filter(isOver);
    this.#renamed = this.#renamed.filter((file) => !over.includes(file));
    for (const { handle, splitter } of over) {
      this.#give(splitter.end());
      await handle.close();
    }
  }

  async #openFirst(): Promise<OpenFile | undefined> {
    // Those that had the name before are of an earlier time.
    const before = (await this.#candidates()).filter(({ isOwn }) => !isOwn);
    this.#known = before.map(({ stats }) => keyOf(stats)).slice(-MAX_KNOWN);
    const file = await this.#open(this.path);
    // From here on a file of this name is one that was made later.
    this.#fromEnd = false;
    return file;
  }

  async #open(path: string): Promise<OpenFile | undefined> {
    let handle: FileHandle;
    try {
      handle = await open(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      const stats = await handle.stat({ bigint: true });
      const { size, birthtimeNs: bornNs } = stats;
      const head = Buffer.alloc(Math.min(Number(size), HEAD_BYTES));
      await handle.read(head, 0, head.length, 0);
      this.#options.onHead(head);
      const offset = this.#fromEnd ? Number(size) : 0;
      const seen = Buffer.alloc(Math.min(offset, SEEN_BYTES));
      await handle.read(seen, 0, seen.length, offset - seen.length);
      const splitter = new LineSplitter(this.#options.maxLineBytes);
      return {
        handle,
        key: keyOf(stats),
        bornNs,
        splitter,
        offset,
        seen,
        lastDataMs: Date.now(),
      };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Gives what the file has more. */
  async #read(file: OpenFile, isPaused: () => boolean): Promise<void> {
    while (!isPaused()) {
      const known = file.seen.length;
      const chunk = Buffer.allocUnsafe(known + CHUNK_BYTES);
      const { bytesRead } = await file.handle.read(chunk, 0, chunk.length, file.offset - known);
      if (!chunk.subarray(0, Math.min(bytesRead, known)).equals(file.seen)) {
        this.#give(file.splitter.end());
        file.offset = 0;
        file.seen = Buffer.alloc(0);
        continue;
      }
      if (bytesRead === known) return;
      file.offset += bytesRead - known;
      file.seen = Buffer.from(chunk.subarray(Math.max(0, bytesRead - SEEN_BYTES), bytesRead));
      file.lastDataMs = Date.now();
      this.#give(file.splitter.push(chunk.subarray(known, bytesRead)));
    }
  }

  #give(lines: readonly SplitLine[]): void {
    if (lines.length > 0) this.#options.onLines(lines);
  }

  /** Opens the first file that had the name after this one; undefined where its name has just changed again. */
  async #openNext(file: OpenFile): Promise<OpenFile | undefined> {
    const found = await this.#next(file);
    const next = found && (await this.#open(found.path));
    if (next === undefined) return undefined;
    // Names may have moved on between the looks: it is the first if it still is.
    const first = await this.#next(file);
    if (first !== undefined && next.key === keyOf(first.stats)) return next;
    await next.handle.close();
    return undefined;
  }

  async #next(file: OpenFile): Promise<Candidate | undefined> {
    // One of the name itself may have been made elsewhere, long ago.
    const later = (await this.#candidates()).filter(
      ({ isOwn, stats }) =>
        !this.#known.includes(keyOf(stats)) && (isOwn || stats.birthtimeNs >= file.bornNs),
    );
    return later.sort(inOrder)[0];
  }

  /** The file of the name, and those that have had it. */
  async #candidates(): Promise<Candidate[]> {
    const folder = dirname(this.path);
    const own = basename(this.path);
    const names = await readdir(folder).catch(() => [own]);
    const found = names
      .filter((name) => name === own || isRotated(name, own))
      .map(async (name): Promise<Candidate[]> => {
        const path = join(folder, name);
        const stats = await stat(path, { bigint: true }).catch(() => undefined);
        return stats === undefined ? [] : [{ path, isOwn: name === own, stats }];
      });
    return (await Promise.all(found)).flat();
  }
}

interface Candidate {
  readonly path: string;
  readonly isOwn: boolean;
  readonly stats: BigIntStats;
}

/** Inodes are used again, but not at the same time. */
const keyOf = ({ ino, birthtimeNs }: BigIntStats): string => `${ino} ${birthtimeNs}`;

/** As they were made; of the same instant, as they were renamed. */
function inOrder(a: Candidate, b: Candidate): number {
  if (a.isOwn !== b.isOwn) return a.isOwn ? 1 : -1;
  const [first, second] =
    a.stats.birthtimeNs === b.stats.birthtimeNs
      ? [a.stats.ctimeNs, b.stats.ctimeNs]
      : [a.stats.birthtimeNs, b.stats.birthtimeNs];
  return first < second ? -1 : 1;
}

const isRotated = (name: string, of: string): boolean =>
  name.startsWith(of) && ROTATED.test(name.slice(of.length));
