import type { LogEntry } from './entry.ts';
import { readHeader } from './formats/header.ts';
import { timeZone } from './time-zone.ts';
import { parseTime } from './timestamp.ts';

const UTC = timeZone('UTC');
const KEYS = ['time', 'timestamp', '@timestamp', 'ts'];

/**
 * When a line was written, in Unix seconds: the firehose tells when it was
 * read, which for a busy reader can be much later. It is what the line itself
 * says, in a field or before its text; else when it was read.
 */
export function writtenTime({ log, ts, source }: LogEntry): number {
  if (source !== undefined) return ts;
  const { message } = log;
  const own =
    KEYS.map((key) => log[key]).find((value) => value !== undefined) ??
    (typeof message === 'string' ? readHeader(message)?.time : undefined);
  if (own === undefined) return ts;
  const seconds = parseTime(own, { timeZone: UTC, latest: ts, envelope: ts });
  return seconds !== undefined && Math.abs(seconds - ts) < FAR_SECONDS ? seconds : ts;
}

/** A field of that name that is so far off is no time of the line. */
const FAR_SECONDS = 86_400;
