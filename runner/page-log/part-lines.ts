import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { parseFirehoseLine } from '../../log/wire.ts';
import { logBytes } from '../log-bytes.ts';

/** How far a part of a log is read. */
export interface ReadPart {
  readonly number: number;
  readonly inode: number;
  readonly isPacked: boolean;
  /** Of its text, that are read: whole lines. */
  bytes: number;
  /** Of its file, as they were when it was read last. */
  seenBytes: number;
  /** The last line read has no newline yet. */
  isTorn: boolean;
  isGone: boolean;
}

/** A longer line is taken in parts. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Reads a part on from where it was left, to its present end, and gives its
 * lines as they lie there: whole ones, with the offset of the first. What
 * follows the last newline is left for later, unless it is a whole firehose line.
 */
export async function readLines(
  part: ReadPart,
  file: string,
  give: (lines: Buffer, offset: number) => void,
  isEnough: () => boolean,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytesFrom(file, part.bytes)) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const start = part.isTorn && bytes[0] === NEWLINE ? 1 : 0;
    part.isTorn = false;
    part.bytes += start;
    const newline = bytes.lastIndexOf(NEWLINE);
    const end =
      newline >= start ? newline + 1 : bytes.length > MAX_LINE_BYTES ? bytes.length : start;
    take(bytes.subarray(start, end));
    // A copy: the chunk's memory is used again.
    rest = Buffer.from(bytes.subarray(end));
    if (isEnough()) return;
  }
  if (rest.length === 0 || parseFirehoseLine(rest.toString('utf8')) === undefined) return;
  take(rest);
  part.isTorn = true;

  function take(lines: Buffer): void {
    if (lines.length > 0) give(lines, part.bytes);
    part.bytes += lines.length;
  }
}

const NEWLINE = 10;

/** Whether a file is compressed, by its first bytes; false for what cannot be read. */
export function isPacked(file: string): boolean {
  try {
    const fd = openSync(file, 'r');
    const head = Buffer.alloc(4);
    try {
      readSync(fd, head, 0, 4, 0);
    } finally {
      closeSync(fd);
    }
    return head.readUInt16BE(0) === 0x1f8b || head.readUInt32BE(0) === 0x28b52ffd;
  } catch {
    return false;
  }
}

/** Its text from there on. The chunks of a plain file share their memory. */
async function* bytesFrom(file: string, offset: number): AsyncGenerator<Buffer> {
  if (isPacked(file)) {
    let skip = offset;
    for await (const chunk of logBytes(file, () => {})) {
      if (chunk.length > skip) yield chunk.subarray(skip);
      skip = Math.max(0, skip - chunk.length);
    }
    return;
  }
  await using handle = await open(file);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let at = offset; ;) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}
