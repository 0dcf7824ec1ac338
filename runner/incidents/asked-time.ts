import { parseTime } from '../../log/timestamp.ts';
import { timeZone } from '../../log/time-zone.ts';
import { UserError } from '../user-error.ts';

/** A time that was looked at, in Unix seconds. */
export interface SecondsRange {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/**
 * The Unix seconds of a time as somebody types it: Unix time, RFC 3339, or a
 * time of day, which is that nearest to the end of the log, in UTC. Throws a
 * UserError for what is no time, and for one that the log does not have.
 */
export function askedTime(option: string, text: string, log: SecondsRange): number {
  const { fromSeconds, toSeconds } = log;
  const context = { timeZone: timeZone('UTC'), latest: toSeconds, near: toSeconds };
  const seconds = parseTime(text, context);
  if (seconds === undefined) {
    throw new UserError(
      `${option}: expected a time such as 12:34:56, 2026-11-23T12:34:56Z or Unix seconds, got ${JSON.stringify(text)}`,
    );
  }
  // To the second, as people type it.
  if (seconds < Math.floor(fromSeconds) || seconds > Math.ceil(toSeconds)) {
    throw new UserError(
      `${option}: ${shown(seconds)} is outside the log, which goes from ${shown(fromSeconds)} to ${shown(toSeconds)}`,
    );
  }
  return seconds;
}

const shown = (seconds: number): string => new Date(seconds * 1e3).toISOString();
