import { closeSync, openSync, readSync } from 'node:fs';
import { parseFirehoseLine } from '../log/wire.ts';
import { parseBoundary } from '../spans/boundary.ts';

/** How much of a file is looked at. */
const SAMPLE_BYTES = 1024 * 1024;

/**
 * Whether a file is a stored firehose in which every span that is named shows a
 * boundary, as far as its beginning tells, and no line is text that rules could
 * read. False for stdin and for what cannot be read: that is said elsewhere.
 */
export function isPlainFirehose(file: string): boolean {
  const lines = firstLines(file);
  const named = new Set<unknown>();
  const shown = new Set<unknown>();
  for (const line of lines) {
    const entry = parseFirehoseLine(line);
    if (entry === undefined || typeof entry.log['message'] === 'string') return false;
    if (entry.log['span_id'] !== undefined) named.add(entry.log['span_id']);
    if (parseBoundary(entry.log) !== undefined) shown.add(entry.log['span_id']);
  }
  return shown.size > 0 && named.isSubsetOf(shown);
}

/** Whole lines only: the last of the sample may be torn. */
function firstLines(file: string): string[] {
  if (file === '-') return [];
  try {
    const fd = openSync(file, 'r');
    try {
      const sample = Buffer.alloc(SAMPLE_BYTES);
      const text = sample.toString('utf8', 0, readSync(fd, sample, 0, SAMPLE_BYTES, 0));
      return text.slice(0, text.lastIndexOf('\n')).split('\n');
    } finally {
      closeSync(fd);
    }
  } catch {
    return [];
  }
}
