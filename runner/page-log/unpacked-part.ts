import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { logBytes } from '../log-bytes.ts';

const pack = promisify(zstdCompress);
const unpack = promisify(zstdDecompress);

/** Unpacked bytes that are packed together: what is unpacked again to get at some of them. */
const PIECE_BYTES = 256 * 1024;

/**
 * A compressed part of a log, to be read anywhere: its bytes in pieces that are
 * compressed each by itself, in a temporary file that has no name, so that it
 * is gone with this process. It takes about as much room as the part does.
 */
export class UnpackedPart {
  readonly #file: FileHandle;
  readonly #pieces: { readonly offset: number; readonly bytes: number }[] = [];

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Unpacks a file, as far as it is whole. Rejects with a UserError where it cannot be read. */
  static async of(file: string): Promise<UnpackedPart> {
    const part = new UnpackedPart(await namelessFile());
    try {
      let waiting: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of logBytes(file, () => {})) {
        waiting.push(chunk);
        bytes += chunk.length;
        if (bytes < PIECE_BYTES) continue;
        let all = Buffer.concat(waiting);
        for (; all.length >= PIECE_BYTES; all = all.subarray(PIECE_BYTES)) {
          await part.#add(all.subarray(0, PIECE_BYTES));
        }
        waiting = [all];
        bytes = all.length;
      }
      await part.#add(Buffer.concat(waiting));
      return part;
    } catch (error) {
      await part.close();
      throw error;
    }
  }

  /** Fewer bytes where the part ends before. */
  async read(offset: number, bytes: number): Promise<Buffer> {
    const first = Math.floor(offset / PIECE_BYTES);
    const last = Math.floor((offset + bytes - 1) / PIECE_BYTES);
    const found: Buffer[] = [];
    for (const piece of this.#pieces.slice(first, last + 1)) {
      const packed = Buffer.alloc(piece.bytes);
      await this.#file.read(packed, 0, piece.bytes, piece.offset);
      found.push(await unpack(packed));
    }
    const start = offset - first * PIECE_BYTES;
    return Buffer.concat(found).subarray(start, start + bytes);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #add(piece: Buffer): Promise<void> {
    if (piece.length === 0) return;
    const packed = await pack(piece);
    const before = this.#pieces.at(-1);
    const offset = before === undefined ? 0 : before.offset + before.bytes;
    await this.#file.write(packed, 0, packed.length, offset);
    this.#pieces.push({ offset, bytes: packed.length });
  }
}

async function namelessFile(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'one-log-part-'));
  try {
    return await open(join(folder, 'unpacked'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
