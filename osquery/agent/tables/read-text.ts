import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';

/** Files of /proc and /sys tell no size: they are read until there is no more, up to this. */
const MAX_BYTES = 8 * 1024 * 1024;

let buffer = Buffer.allocUnsafe(64 * 1024);

/**
 * The text of a small file of the system, undefined where it cannot be read. One
 * buffer serves all reads, and no size is asked for first: a scan of /proc reads
 * hundreds of files.
 */
export function readText(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    return buffer.toString('utf8', 0, readAll(file));
  } catch {
    return undefined; // its process ended while it was read
  } finally {
    closeSync(file);
  }
}

/** The bytes that are now in the buffer. */
function readAll(file: number): number {
  let length = 0;
  for (;;) {
    const count = readSync(file, buffer, length, buffer.length - length, null);
    length += count;
    if (count === 0 || length >= MAX_BYTES) return length;
    if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
  }
}

/** Where a symbolic link points, undefined where it cannot be read. */
export function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** The first line of a file of /sys, without white space; undefined where it is empty or cannot be read. */
export function readLine(path: string): string | undefined {
  const line = readText(path)?.trim();
  return line === undefined || line === '' ? undefined : line;
}

/** The number in a file of /sys, undefined where there is none. */
export function readNumber(path: string): number | undefined {
  const line = readLine(path);
  const number = Number(line);
  return line === undefined || !Number.isFinite(number) ? undefined : number;
}

/** The lines of a file, without the empty last one; none where it cannot be read. */
export function readLines(path: string): string[] {
  const lines = readText(path)?.split('\n') ?? [];
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
