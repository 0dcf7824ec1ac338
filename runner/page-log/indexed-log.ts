import { open } from 'node:fs/promises';
import { setTimeout as after } from 'node:timers/promises';
import { parseFirehoseLine } from '../../log/wire.ts';
import type { LogAccess, LogBlock, LogState } from '../../web/log-access.ts';
import { LineIndex, type Block } from './line-index.ts';
import { isPacked, readLines, type ReadPart } from './part-lines.ts';
import { listPartFiles, type PartFile } from './part-files.ts';
import { UnpackedPart } from './unpacked-part.ts';

/**
 * A stored firehose by the numbers of its lines, with its older segments and
 * the compressed ones among them, also while a lab writes and rotates it: it is
 * read once, and then only what has come since it was last asked. Lines whose
 * segment is removed are no longer held; numbers are not used again.
 */
export class IndexedLog implements LogAccess {
  readonly #log: string;
  readonly #index = new LineIndex();
  /** By their number in the index, which is their place here. */
  readonly #parts: ReadPart[] = [];
  /** The segment number of the last part that is read to its end and no longer written. */
  #done = 0;
  /** What is under way, and how long whoever asks waits for it. */
  #reading: Promise<unknown> | undefined;
  #begun: Promise<unknown> | undefined;
  #failure: unknown;
  #closed = false;
  /** The newest used last. */
  readonly #unpacked = new Map<number, Promise<UnpackedPart>>();

  constructor(log: string) {
    this.#log = log;
  }

  async state(): Promise<LogState> {
    await this.#catchUp();
    return {
      first: this.#index.first,
      next: this.#index.next,
      nodes: this.#index.nodes().slice(0, MAX_NODES),
      readShare: this.#readShare(),
    };
  }

  async block(line: number): Promise<LogBlock | undefined> {
    const block = this.#index.blockOf(line);
    if (block === undefined) return undefined;
    const bytes = await this.#read(block);
    if (bytes === undefined) return undefined;
    const text = bytes.toString('utf8');
    return {
      first: block.first,
      lines: text.slice(0, text.endsWith('\n') ? -1 : undefined).split('\n'),
    };
  }

  async find(instance: string, seq: number): Promise<number | undefined> {
    await this.#catchUp();
    const range = this.#index.whereabouts(instance, seq);
    if (range === undefined) return undefined;
    return this.#firstOf(range.from, Math.min(range.to, range.from + MAX_SEARCHED), (text) => {
      const entry = parseFirehoseLine(text);
      return entry?.seq === seq && entry.instance === instance;
    });
  }

  async at(ts: number): Promise<number> {
    await this.#catchUp();
    const from = this.#index.beforeTime(ts);
    const isLater = (text: string): boolean => (parseFirehoseLine(text)?.ts ?? 0) >= ts;
    return (await this.#firstOf(from, from + MAX_SEARCHED, isLater)) ?? this.#index.next;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#reading;
    for (const part of this.#unpacked.values())
      await part.then((unpacked) => unpacked.close()).catch(() => {});
  }

  /** Waits for what was written since, but not long: a large log is read on behind the answers. */
  async #catchUp(): Promise<void> {
    this.#begun ??= this.#begin();
    await this.#begun;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  /** Resolves when all is read, or some time after it began. */
  #begin(): Promise<unknown> {
    const reading = this.#readOn()
      .catch((error: unknown) => (this.#failure = error))
      .finally(() => (this.#begun = undefined));
    this.#reading = reading;
    return Promise.race([reading, after(PATIENCE_MS, undefined, { ref: false })]);
  }

  async #readOn(): Promise<void> {
    while (!this.#closed) {
      const files = listPartFiles(this.#log);
      const part = this.#growing(files);
      if (part === undefined) return;
      const file = this.#fileOf(part, files);
      if (file === undefined) {
        this.#forget(this.#parts.length - 1);
        continue;
      }
      if (file.bytes !== part.seenBytes) await this.#readPart(part, file);
      // The log itself is never done, nor what has just become a segment: its last lines may still be on their way.
      if (file.number === files.at(-1)?.number) return;
      if (!isPacked(file.file) && Date.now() - file.writtenMs < SETTLE_MS) return;
      this.#done = part.number;
    }
  }

  async #readPart(part: ReadPart, file: PartFile): Promise<void> {
    const number = this.#parts.length - 1;
    const add = (lines: Buffer, offset: number): void => this.#index.add(number, offset, lines);
    await readLines(part, file.file, add, () => this.#closed);
    part.seenBytes = file.bytes;
  }

  /** The part to be read on; undefined where nothing is there. */
  #growing(files: readonly PartFile[]): ReadPart | undefined {
    const last = this.#parts.at(-1);
    const own = last && this.#fileOf(last, files);
    const isAsItWas = own !== undefined && isPacked(own.file) === last?.isPacked;
    const shrunk = isAsItWas && !last.isPacked && own.bytes < last.bytes;
    if (last !== undefined && last.number > this.#done && !last.isGone && !shrunk) return last;
    if (shrunk) this.#forget(this.#parts.length - 1);
    const file = files.find(({ number }) => number > this.#done);
    if (file === undefined) return undefined;
    const part = {
      number: file.number,
      inode: file.inode,
      isPacked: isPacked(file.file),
      bytes: 0,
      seenBytes: 0,
      isTorn: false,
      isGone: false,
    };
    this.#parts.push(part);
    return part;
  }

  async #read(block: Block): Promise<Buffer | undefined> {
    const part = this.#parts[block.part];
    if (part === undefined || part.isGone) return undefined;
    const file = this.#fileOf(part, listPartFiles(this.#log));
    if (file === undefined) {
      this.#forget(block.part);
      return undefined;
    }
    if (isPacked(file.file))
      return (await this.#unpack(block.part, file.file)).read(block.offset, block.bytes);
    await using handle = await open(file.file);
    const bytes = Buffer.alloc(block.bytes);
    const { bytesRead } = await handle.read(bytes, 0, block.bytes, block.offset);
    return bytes.subarray(0, bytesRead);
  }

  #unpack(part: number, file: string): Promise<UnpackedPart> {
    const known = this.#unpacked.get(part) ?? UnpackedPart.of(file);
    this.#unpacked.delete(part);
    this.#unpacked.set(part, known);
    known.catch(() => this.#unpacked.delete(part));
    for (const [oldest, unpacked] of this.#unpacked) {
      if (this.#unpacked.size <= MAX_UNPACKED) break;
      this.#unpacked.delete(oldest);
      void unpacked.then((part) => part.close()).catch(() => {});
    }
    return known;
  }

  /** Where a part is now: as it was, or compressed since. Inodes are used again, so they alone prove nothing. */
  #fileOf(part: ReadPart, files: readonly PartFile[]): PartFile | undefined {
    // The log's own number is a guess where segments are removed.
    const isLast = part === this.#parts.at(-1);
    const asItWas = ({ inode, number, file }: PartFile): boolean =>
      inode === part.inode &&
      (number === part.number || isLast) &&
      isPacked(file) === part.isPacked;
    return (
      files.find(asItWas) ??
      files.find(({ number, file }) => number === part.number && isPacked(file))
    );
  }

  /** Its file is no more there: nor are, as segments are removed from the oldest on, those before it. */
  #forget(part: number): void {
    for (const gone of this.#parts.slice(0, part + 1)) gone.isGone = true;
    this.#index.dropThrough(part);
  }

  async #firstOf(
    from: number,
    to: number,
    wanted: (text: string) => boolean,
  ): Promise<number | undefined> {
    for (let line = from; line <= to;) {
      const block = await this.block(line);
      if (block === undefined) return undefined;
      for (; line < block.first + block.lines.length && line <= to; line++) {
        if (wanted(block.lines[line - block.first] ?? '')) return line;
      }
    }
    return undefined;
  }

  /** Of what is on disk; of a compressed part, which is read in one go, all or nothing. */
  #readShare(): number {
    const last = this.#parts.at(-1);
    let read = 0;
    let all = 0;
    for (const { number, bytes } of listPartFiles(this.#log)) {
      all += bytes;
      if (number <= this.#done || (number === last?.number && bytes === last.seenBytes))
        read += bytes;
      else if (number === last?.number && !last.isPacked) read += Math.min(bytes, last.bytes);
    }
    return all === 0 ? 1 : read / all;
  }
}

const PATIENCE_MS = 200;
/** A segment that was not written for so long is whole. */
const SETTLE_MS = 1_000;
const MAX_NODES = 500;
const MAX_SEARCHED = 200_000;
/** Each is a file of the size of a compressed segment. */
const MAX_UNPACKED = 4;
