import { statSync } from 'node:fs';
import { listSegments } from '../../log/log-segments.ts';

/** One file of a log that rotates. */
export interface PartFile {
  /** Of a segment its own; of the log itself the one it will have. */
  readonly number: number;
  readonly file: string;
  /** Stays while the log becomes a segment, and changes where that is compressed. */
  readonly inode: number;
  readonly bytes: number;
  /** When it was last written, in Unix ms. */
  readonly writtenMs: number;
}

/** The files of a log that are there now, oldest first, each once also where the log rotates meanwhile. */
export function listPartFiles(log: string): PartFile[] {
  // The log first: where it becomes a segment before those are listed, it is found there.
  const own = statSync(log, { throwIfNoEntry: false });
  const parts = listSegments(log).flatMap(({ number, file }) => partFile(number, file));
  // What is no file, a pipe say, can be read once only, and not by us.
  if (own?.isFile() !== true || parts.some(({ inode }) => inode === own.ino)) return parts;
  const number = (parts.at(-1)?.number ?? 0) + 1;
  return [...parts, ...partFile(number, log, own)];
}

/** None where it has just gone. */
function partFile(
  number: number,
  file: string,
  stats = statSync(file, { throwIfNoEntry: false }),
): PartFile[] {
  if (stats === undefined) return [];
  return [{ number, file, inode: stats.ino, bytes: stats.size, writtenMs: stats.mtimeMs }];
}
