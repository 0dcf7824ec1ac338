import { statSync } from 'node:fs';
import type { LogEntry } from '../log/entry.ts';
import { mergeByTime } from '../log/merge-by-time.ts';
import { RawLog, type RawLogCounts } from '../log/raw-entry.ts';
import { timeZone, type TimeZone } from '../log/time-zone.ts';
import { LineSplitter } from '../stream/line-splitter.ts';
import { storedBytes } from './stored-bytes.ts';
import { UserError } from './user-error.ts';

export interface ReadLogsOptions {
  /** The zone of times that name none: an IANA name or an offset; UTC unless given. */
  readonly timeZone?: string;
  /** How far the lines of each of several files may be out of order, in seconds; 1 unless given. */
  readonly slackSeconds?: number;
}

/** What was found in one file so far. */
export interface FileSummary extends Readonly<RawLogCounts> {
  readonly file: string;
  /** Of text, after unpacking. */
  bytes: number;
  /** Entries that came after the slack, and so are out of order. */
  late: number;
  /** Why a compressed file could not be read to its end. */
  truncated?: string;
}

/** Entries in batches, and what was found so far, a summary a file in the order they were named. */
export interface Logs extends AsyncGenerator<LogEntry[]> {
  readonly summary: readonly FileSummary[];
}

/** A longer line is read in parts. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const DEFAULT_SLACK_SECONDS = 1;

/**
 * Reads logs of any format, packed or not, `-` for stdin: one as it is, several
 * merged by time. Memory does not grow with the files. Throws a UserError for a
 * file that cannot be read or is no text, and for a zone or slack that is none.
 */
export function readLogs(files: readonly string[], options: ReadLogsOptions = {}): Logs {
  const zone = zoneOf(options.timeZone ?? 'UTC');
  const slackSeconds = options.slackSeconds ?? DEFAULT_SLACK_SECONDS;
  if (!(slackSeconds >= 0)) {
    throw new UserError(`the slack must be a number of seconds from 0, not ${slackSeconds}`);
  }
  const repeated = files.find((file, at) => files.indexOf(file) !== at);
  if (repeated !== undefined) throw new UserError(`${repeated} is named twice; name each log once`);
  const readers = files.map((file) => reader(file, zone));
  const [only] = readers;
  const batches =
    only !== undefined && readers.length === 1
      ? only.batches
      : mergeByTime(
          readers.map(({ batches, summary }) => ({ batches, onLate: () => summary.late++ })),
          { slackSeconds },
        );
  return Object.assign(batches, { summary: readers.map(({ summary }) => summary) });
}

function zoneOf(name: string): TimeZone {
  try {
    return timeZone(name);
  } catch (error) {
    throw new UserError((error as Error).message);
  }
}

function reader(file: string, zone: TimeZone) {
  const log = new RawLog(file, { timeZone: zone, latest: lastChange(file) });
  const summary: FileSummary = Object.assign(log.counts, { file, bytes: 0, late: 0 });
  return { summary, batches: batchesOf(log, summary) };
}

async function* batchesOf(log: RawLog, summary: FileSummary): AsyncGenerator<LogEntry[]> {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  const bytes = storedBytes(summary.file, (reason) => (summary.truncated = reason));
  for await (const chunk of bytes) {
    summary.bytes += chunk.length;
    const entries = log.push(splitter.push(chunk));
    if (entries.length > 0) yield entries;
  }
  const last = [...log.push(splitter.end()), ...log.end()];
  if (last.length > 0) yield last;
}

/** When the file was last written, in Unix seconds: what its times without a year or a day are near. */
function lastChange(file: string): number {
  const changed = file === '-' ? undefined : statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return (changed ?? Date.now()) / 1e3;
}
