import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/** An older part of a log that rotates: whole lines, and no longer changed. */
export interface Segment {
  /** Counts from 1 in the order of writing; numbers are not used again. */
  readonly number: number;
  /** Where it is; a compressed one ends in `.gz`. */
  readonly file: string;
  readonly bytes: number;
  /** When it was last written, Unix ms. */
  readonly writtenMs: number;
}

/**
 * The older segments of a log that are there now, oldest first, each once:
 * `firehose.000001.ndjson.gz`, `firehose.000002.ndjson` for `firehose.ndjson`.
 * While a segment is compressed both are there; the one that is whole counts.
 * None where the log is no file, or its folder cannot be read.
 */
export function listSegments(log: string): Segment[] {
  const pattern = segmentPattern(log);
  const found = new Map<number, Segment>();
  for (const name of namesIn(dirname(log)).sort()) {
    const number = Number(pattern.exec(name)?.[1]);
    if (!Number.isInteger(number)) continue;
    const file = join(dirname(log), name);
    const stats = statSync(file, { throwIfNoEntry: false });
    // In this order `.gz` comes after its raw file, and is whole once it has its name.
    if (stats?.isFile() === true)
      found.set(number, { number, file, bytes: stats.size, writtenMs: stats.mtimeMs });
  }
  return [...found.values()].sort((a, b) => a.number - b.number);
}

/** Where segment `number` of a log is while it is not compressed: `firehose.000007.ndjson`. */
export function segmentFile(log: string, number: number): string {
  const { stem, extension } = partsOf(log);
  return join(dirname(log), `${stem}.${String(number).padStart(DIGITS, '0')}${extension}`);
}

/** Six digits at least, so that a shell's `firehose.*` is in order and no other file looks like a segment. */
const DIGITS = 6;

function segmentPattern(log: string): RegExp {
  const { stem, extension } = partsOf(log);
  return new RegExp(
    `^${RegExp.escape(stem)}\\.(\\d{${DIGITS},15})${RegExp.escape(extension)}(?:\\.gz)?$`,
  );
}

function partsOf(log: string): { stem: string; extension: string } {
  const extension = extname(log);
  return { stem: basename(log, extension), extension };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
