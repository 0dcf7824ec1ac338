import { calendarTime } from '../calendar-time.ts';
import { columnsOf, type Table } from './table.ts';

/** The time now, in UTC. */
export const time: Table = {
  name: 'time',
  columns: columnsOf(
    `weekday TEXT, year INTEGER, month INTEGER, day INTEGER, hour INTEGER, minutes INTEGER,
    seconds INTEGER, timezone TEXT, local_timezone TEXT, unix_time INTEGER, timestamp TEXT,
    datetime TEXT, iso_8601 TEXT`,
  ),
  rows() {
    const now = new Date();
    const unixSeconds = Math.floor(now.getTime() / 1000);
    const iso = now.toISOString().replace(/\.\d+Z$/, 'Z');
    return [
      {
        weekday: now.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' }),
        year: now.getUTCFullYear(),
        month: now.getUTCMonth() + 1,
        day: now.getUTCDate(),
        hour: now.getUTCHours(),
        minutes: now.getUTCMinutes(),
        seconds: now.getUTCSeconds(),
        timezone: 'UTC',
        local_timezone: localZone(now),
        unix_time: unixSeconds,
        timestamp: calendarTime(unixSeconds),
        datetime: iso,
        iso_8601: iso,
      },
    ];
  },
};

/** The short name of the zone that this machine is set to. */
const localZone = (now: Date): string =>
  new Intl.DateTimeFormat('en', { timeZoneName: 'short' })
    .formatToParts(now)
    .find((part) => part.type === 'timeZoneName')?.value ?? '';
