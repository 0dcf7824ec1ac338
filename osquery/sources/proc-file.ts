import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK = Buffer.allocUnsafe(64 * 1024);

/**
 * A file of `/proc`, which the kernel makes while it is read: reading at once
 * takes some 20 µs, less than waiting for it. Throws if it is not there.
 */
export function readProc(path: string): string {
  return read(path, Infinity);
}

/**
 * The first 64 KiB of one; enough for those of a process, and fewer calls. Empty
 * for a file that is not there or not for us: a process that has ended, or
 * another user's.
 */
export function tryReadProc(path: string): string {
  try {
    return read(path, 1);
  } catch {
    return '';
  }
}

function read(path: string, mostChunks: number): string {
  const file = openSync(path, 'r');
  try {
    let text = '';
    for (let chunks = 0; chunks < mostChunks; chunks++) {
      const length = readSync(file, CHUNK);
      if (length === 0) break;
      text += CHUNK.toString('latin1', 0, length);
    }
    return text;
  } finally {
    closeSync(file);
  }
}

/** `key value` or `key: value kB` lines, by key; kB are given as bytes. */
export function readPairs(text: string): ReadonlyMap<string, number> {
  const pairs = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [key = '', value = '', unit] = line.split(/:?\s+/, 3);
    if (key !== '' && value !== '') pairs.set(key, Number(value) * (unit === 'kB' ? 1024 : 1));
  }
  return pairs;
}

/** To so many decimals: a log needs no more than can be measured. */
export const rounded = (value: number, decimals = 4): number => Number(value.toFixed(decimals));

/** How much counters have grown, never below 0: a counter that went back has begun anew. */
export const growth = (before: number | undefined, now: number | undefined): number =>
  before === undefined || now === undefined ? 0 : Math.max(0, now - before);
