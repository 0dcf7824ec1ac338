import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A batch as it lies on disk: named by its number, so that a listing is in order. */
interface SpoolFile {
  readonly sequence: number;
  readonly spans: number;
  readonly bytes: number;
}

const FILE_NAME = /^(\d{12})-(\d+)\.ndjson$/;

/**
 * A folder of batches of spans that wait for their target, one NDJSON file a
 * batch: `000000000007-512.ndjson` is batch 7 with 512 spans. A file is whole
 * or not there (written beside, then renamed), readable by its owner alone, and
 * stays until `remove`, over restarts too.
 *
 * The folder holds at most `maxBytes`; beyond that the oldest batches fall out
 * and are counted in `dropped`. One process at a time may use a folder. The
 * constructor makes the folder, lists what an earlier run left, and throws
 * where that cannot be done.
 */
export class Spool {
  readonly folder: string;
  readonly #maxBytes: number;
  /** In order of their numbers. */
  #files: SpoolFile[];
  /** The batch that was read last and not removed yet: it may be on its way, so it does not fall out. */
  #held: number | undefined;
  /** Operations go one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #dropped = 0;

  constructor(folder: string, maxBytes: number) {
    this.folder = folder;
    this.#maxBytes = maxBytes;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) {
      if (name.endsWith('.part')) rmSync(join(folder, name)); // a write that was cut off
    }
    this.#files = readdirSync(folder)
      .flatMap((name) => spoolFile(folder, name))
      .sort((a, b) => a.sequence - b.sequence);
  }

  /** The number of the oldest batch. */
  get first(): number | undefined {
    return this.#files[0]?.sequence;
  }

  /** The number of the newest batch, or -1. */
  get last(): number {
    return this.#files.at(-1)?.sequence ?? -1;
  }

  /** How many spans lie here. */
  get spans(): number {
    return this.#files.reduce((sum, file) => sum + file.spans, 0);
  }

  /** How many spans fell out since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Writes a batch, a line each. `sequence` may be older than what is here, but
   * not here already. Rejects with the file system's error when it cannot.
   */
  put(sequence: number, lines: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      const text = `${lines.join('\n')}\n`;
      const file = { sequence, spans: lines.length, bytes: Buffer.byteLength(text) };
      const path = this.#path(file);
      await writeFile(`${path}.part`, text, { mode: 0o600 });
      await rename(`${path}.part`, path);
      const after = this.#files.findIndex((other) => other.sequence > sequence);
      this.#files.splice(after === -1 ? this.#files.length : after, 0, file);
      await this.#makeRoom();
    });
  }

  /**
   * The lines of the oldest batch, byte for byte as they were put; undefined
   * when there is none. It does not fall out before it is removed. A batch that
   * cannot be read is dropped, and the file system's error rejects.
   */
  read(): Promise<{ sequence: number; lines: string[] } | undefined> {
    return this.#inTurn(async () => {
      const [file] = this.#files;
      if (!file) return undefined;
      try {
        const text = await readFile(this.#path(file), 'utf8');
        this.#held = file.sequence;
        return { sequence: file.sequence, lines: text.split('\n').slice(0, -1) };
      } catch (error) {
        await this.#drop(file);
        throw error;
      }
    });
  }

  /** Forgets the batch that was read: it was accepted, or refused for good. */
  remove(sequence: number): Promise<void> {
    return this.#inTurn(async () => {
      this.#held = undefined;
      const file = this.#files.find((other) => other.sequence === sequence);
      if (file) await this.#delete(file);
    });
  }

  async #makeRoom(): Promise<void> {
    let bytes = this.#files.reduce((sum, file) => sum + file.bytes, 0);
    while (bytes > this.#maxBytes) {
      const oldest = this.#files.find(({ sequence }) => sequence !== this.#held);
      if (!oldest) return;
      bytes -= oldest.bytes;
      await this.#drop(oldest);
    }
  }

  async #drop(file: SpoolFile): Promise<void> {
    this.#dropped += file.spans;
    await this.#delete(file);
  }

  async #delete(file: SpoolFile): Promise<void> {
    this.#files = this.#files.filter((other) => other !== file);
    await rm(this.#path(file), { force: true });
  }

  #path({ sequence, spans }: SpoolFile): string {
    return join(this.folder, `${String(sequence).padStart(12, '0')}-${spans}.ndjson`);
  }

  #inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#last.then(operation);
    this.#last = result.catch(() => {});
    return result;
  }
}

/** Files of other names are not ours. */
function spoolFile(folder: string, name: string): SpoolFile[] {
  const [, sequence, spans] = FILE_NAME.exec(name) ?? [];
  if (sequence === undefined) return [];
  const { size } = statSync(join(folder, name));
  return [{ sequence: Number(sequence), spans: Number(spans), bytes: size }];
}
