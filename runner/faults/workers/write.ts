/** Writes to files, each block to the disk at once, until it has written `bytes`. Started by ../worker.ts. */
import { closeSync, fsync, openSync, rmSync, write } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

interface Order {
  readonly forMs: number;
  readonly folder: string;
  /** In all. */
  readonly bytes: number;
  /** So many files at the same time; each is written over from its start when it has `fileBytes`. */
  readonly files: number;
  readonly fileBytes: number;
  /** Between two blocks of a file. */
  readonly restMs: number;
}

/** Small ones: what hurts others is how often the disk is asked, more than for how much. */
const BLOCK = Buffer.alloc(64 * 1024, 0x5a);

const toFile = promisify(write);
const toDisk = promisify(fsync);

process.once('disconnect', () => process.exit());
process.once('message', (message) => {
  const { forMs, folder, bytes, files, fileBytes, restMs } = message as Order;
  setTimeout(() => process.exit(), forMs);
  let left = bytes;
  const fill = async (index: number): Promise<void> => {
    const file = join(folder, `.${process.pid}-${index}`);
    const fd = openSync(file, 'wx', 0o600);
    // Without a name it is gone as soon as this process is, however it ends.
    rmSync(file);
    for (let at = 0; left >= BLOCK.length; at = (at + BLOCK.length) % fileBytes) {
      left -= BLOCK.length;
      await toFile(fd, BLOCK, 0, BLOCK.length, at);
      await toDisk(fd);
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
    }
    closeSync(fd);
  };
  const all = Promise.all(Array.from({ length: files }, (_, index) => fill(index)));
  // A full disk ends it as well.
  void all.catch(() => {}).then(() => process.exit());
});
