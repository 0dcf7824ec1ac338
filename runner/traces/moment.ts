import { timeZone } from '../../log/time-zone.ts';
import { parseTime } from '../../log/timestamp.ts';
import { parseSeconds } from '../units.ts';
import { UserError } from '../user-error.ts';

const UTC = timeZone('UTC');

/**
 * A moment as a user names it, in Unix seconds: any notation that logs have
 * (`2026-11-23T09:00:00Z`, Unix time; UTC where no zone is named), a time of day
 * (`09:00`, `09:00:05`) on the day that is nearest to `now`, or how long before
 * `now` (`10m`, `1.5h`). `now` is the end of what is looked at. Throws a
 * UserError for what is none.
 */
export function moment(text: string, now: number): number {
  const found = tryMoment(text, now);
  if (found !== undefined) return found;
  throw new UserError(
    `expected a time such as 2026-11-23T09:00:00Z, 09:00 or 10m (before the end), not ${JSON.stringify(text)}`,
  );
}

/** The same; undefined for what is none. */
export function tryMoment(text: string, now: number): number | undefined {
  const seconds = /[a-z]$/i.test(text) ? parseSeconds(text) : undefined;
  if (seconds !== undefined) return now - seconds;
  return parseTime(whole(text.trim()), { timeZone: UTC, latest: now, near: now });
}

/** With what may be left out: seconds of a time, and the time of a day. */
function whole(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return `${text}T00:00:00Z`;
  return text.replace(/^((?:.*[T ])?\d\d:\d\d)(Z|[+-]\d\d:?\d\d)?$/, '$1:00$2');
}
