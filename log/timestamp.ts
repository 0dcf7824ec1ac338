import type { JsonValue } from './entry.ts';
import { offsetSeconds, type TimeZone } from './time-zone.ts';

/** What a time needs that does not say all itself: its zone, its year or its day. */
export interface TimeContext {
  /** The zone of a time that names none. */
  readonly timeZone: TimeZone;
  /** When the line was written at the latest, in Unix seconds: its file's last change, or now. */
  readonly latest: number;
  /** The time of the line before, in Unix seconds. */
  readonly near?: number | undefined;
  /** When something around the line (docker, syslog) received it, in Unix seconds. */
  readonly envelope?: number | undefined;
}

/**
 * Reads a time in any notation that logs use, to Unix seconds, exact to the
 * microsecond (what is finer is cut off, of a number rounded); undefined for
 * what is no time.
 *
 * - ISO 8601 and its relatives: `2026-11-23T09:00:00.123456Z`,
 *   `2026-11-23 09:00:00,123`, `2026/11/23 09:00:00`, `20261123T090000Z`
 * - Unix time as number or text, told by its size: seconds (with a fraction),
 *   milli-, micro- or nanoseconds; what lies before 1973 is no time
 * - `23/Nov/2026:09:00:00 +0100` (Apache), `Mon, 23 Nov 2026 09:00:00 +0100`
 *   (RFC 2822), `Mon Nov 23 09:00:00.123 2026` (asctime)
 * - without a year: `Nov 23 09:00:00` (RFC 3164), `1123 09:00:00.123456` (klog);
 *   without a day: `09:00:00.123`. The year or day is the one that brings the
 *   time nearest to the envelope or to the line before; else the last that is
 *   not after `latest` (but for a day or a minute, for clocks differ).
 *
 * A time without a zone is taken in the zone that the envelope shows: of the
 * whole quarters of an hour, the one that brings both times together. Without
 * an envelope it is in `context.timeZone`.
 */
export function parseTime(value: JsonValue | undefined, context: TimeContext): number | undefined {
  if (typeof value === 'number') return epochSeconds(value);
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined;
  const text = value.trim();
  const epoch = EPOCH.exec(text);
  if (epoch) return epochText(epoch[1] ?? '', epoch[2] ?? '');
  const time = readTime(text);
  return time && resolve(time, context);
}

/** Where the time in words that begins at `at` ends; -1 where none does. Epochs are not looked for: they look like any number. */
export function timeEnd(text: string, at: number): number {
  const code = text.charCodeAt(at);
  // A digit, or a capital letter: all that a time can begin with.
  if (!((code >= 48 && code <= 57) || (code >= 65 && code <= 90))) return -1;
  for (const { pattern } of NOTATIONS) {
    pattern.lastIndex = at;
    if (pattern.test(text)) return pattern.lastIndex;
  }
  return -1;
}

const MAX_LENGTH = 64;
const DAY_SECONDS = 86_400;
const QUARTER_SECONDS = 900;
const MAX_OFFSET_SECONDS = 14 * 3600;
const EPOCH = /^(\d{9,20})(?:\.(\d{1,9})\d*)?$/;

/** Units an epoch may be in: below which size, and how many are a second. */
const EPOCH_UNITS = [
  { below: 1e11, perSecond: 1 },
  { below: 1e14, perSecond: 1e3 },
  { below: 1e17, perSecond: 1e6 },
  { below: 1e20, perSecond: 1e9 },
];

function epochSeconds(value: number): number | undefined {
  if (!(value >= 1e8)) return undefined;
  const unit = EPOCH_UNITS.find(({ below }) => value < below);
  if (!unit) return undefined;
  return Math.round((value / unit.perSecond) * 1e6) / 1e6;
}

/** By digits, for nineteen of them are more than a double holds. */
function epochText(whole: string, fraction: string): number | undefined {
  const digits = whole.length - Math.floor((whole.length - 9) / 3) * 3;
  const micros = (whole.slice(digits) + fraction).slice(0, 6).padEnd(6, '0');
  const value = (Number(whole.slice(0, digits)) * 1e6 + Number(micros)) / 1e6;
  return value >= 1e8 ? value : undefined;
}

/** A time as it is written. */
interface WrittenTime {
  readonly year: number | undefined;
  /** From 1; undefined where only the time of day is written. */
  readonly month: number | undefined;
  readonly day: number;
  readonly secondOfDay: number;
  readonly micros: number;
  readonly offset: number | undefined;
}

const CLOCK = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?`;
const ZONE = String.raw`(?<zone>Z|[+-]\d\d(?::?\d\d)?| ?(?:UTC|GMT|UT|[ECMP][SD]T|CES?T)| [+-]\d\d:?\d\d)`;
const MONTH_NAME = '(?<monthName>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const WEEKDAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';

const NOTATIONS = [
  // 2026-11-23T09:00:00.123456Z, 2026-11-23 09:00:00,123, 2026/11/23 09:00
  String.raw`(?<year>\d{4})(?<sep>[-/])(?<month>\d\d)\k<sep>(?<day>\d\d)(?:[Tt_:]| +)(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?(?:${ZONE}(?!\w))?`,
  // 20261123T090000Z
  String.raw`(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)T(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?(?:${ZONE}(?!\w))?`,
  // 23/Nov/2026:09:00:00 +0100
  String.raw`(?<day>\d\d)/${MONTH_NAME}/(?<year>\d{4}):${CLOCK}(?:${ZONE}(?!\w))?`,
  // Mon, 23 Nov 2026 09:00:00 +0100
  String.raw`(?:${WEEKDAY}, )?(?<day>\d{1,2})[ -]${MONTH_NAME}[ -](?<year>\d{4}) ${CLOCK}(?:${ZONE}(?!\w))?`,
  // Mon Nov 23 09:00:00.123 2026
  String.raw`${WEEKDAY} ${MONTH_NAME} +(?<day>\d{1,2}) ${CLOCK} (?:${ZONE} )?(?<year>\d{4})(?![\d:])`,
  // Nov 23 09:00:00, Nov 23 2026 09:00:00
  String.raw`${MONTH_NAME} +(?<day>\d{1,2})(?: (?<year>\d{4}))? ${CLOCK}(?:${ZONE}(?!\w))?`,
  // 26/11/23 09:00:00 (Hadoop, Spark)
  String.raw`(?<year>\d\d)/(?<month>\d\d)/(?<day>\d\d) ${CLOCK}(?!\d)`,
  // 1123 09:00:00.123456 (klog), 11-23 09:00:00.123 (Android)
  String.raw`(?<month>\d\d)-?(?<day>\d\d) ${CLOCK}(?!\d)`,
  // 09:00:00.123
  String.raw`${CLOCK}(?![:\d])`,
].map(notation);

type Part =
  | 'year'
  | 'month'
  | 'monthName'
  | 'day'
  | 'hour'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'zone';

interface Notation {
  readonly pattern: RegExp;
  /** Which group of the pattern has which part. */
  readonly groups: Readonly<Partial<Record<Part, number>>>;
}

/** Names become numbers: an engine that makes an object of named groups takes twice the time. */
function notation(source: string): Notation {
  const names: string[] = [];
  const numbered = source
    .replaceAll(/\(\?<(\w+)>/g, (_, name: string) => {
      names.push(name);
      return '(';
    })
    .replaceAll(/\\k<(\w+)>/g, (_, name: string) => `\\${names.indexOf(name) + 1}`);
  const groups = Object.fromEntries(names.map((name, at) => [name, at + 1]));
  return { pattern: new RegExp(numbered, 'y'), groups };
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function readTime(text: string): WrittenTime | undefined {
  for (const { pattern, groups } of NOTATIONS) {
    pattern.lastIndex = 0;
    const match = pattern.exec(text);
    if (match !== null && match[0].length === text.length) return writtenTime(match, groups);
  }
  return undefined;
}

/** Undefined for a time that no clock shows. */
function writtenTime(match: RegExpExecArray, groups: Notation['groups']): WrittenTime | undefined {
  const part = (name: Part): string | undefined => match[groups[name] ?? match.length];
  const [year, monthName, zone] = [part('year'), part('monthName'), part('zone')];
  const month = monthName === undefined ? number(part('month')) : MONTHS.indexOf(monthName) + 1;
  const day = number(part('day')) ?? 1;
  const [hour = 0, minute = 0, second = 0] = [
    number(part('hour')),
    number(part('minute')),
    number(part('second')),
  ];
  const exists = hour < 24 && minute < 60 && second <= 60 && day >= 1 && day <= 31;
  if (!exists || (month !== undefined && (month < 1 || month > 12))) return undefined;
  return {
    year: year === undefined ? undefined : Number(year.padStart(4, '20')),
    month,
    day,
    secondOfDay: hour * 3600 + minute * 60 + second,
    micros: Number((part('fraction') ?? '').slice(0, 6).padEnd(6, '0')),
    offset: zone === undefined ? undefined : offsetSeconds(zone.trim()),
  };
}

const number = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

function resolve(time: WrittenTime, { timeZone, latest, near, envelope }: TimeContext): number {
  const neighbour = envelope ?? near;
  const around = neighbour ?? latest;
  const shift = time.offset ?? (envelope === undefined ? timeZone(around) : 0);
  const local = localSeconds(time, around + shift, neighbour === undefined);
  return (Math.round((local - offsetOf(local)) * 1e6) + time.micros) / 1e6;

  function offsetOf(seconds: number): number {
    if (time.offset !== undefined) return time.offset;
    if (envelope === undefined) return timeZone(seconds);
    const apart = Math.round((seconds - envelope) / QUARTER_SECONDS) * QUARTER_SECONDS;
    return Math.abs(apart) <= MAX_OFFSET_SECONDS ? apart : timeZone(seconds);
  }
}

/** What the clock showed, in seconds as if it were UTC; a missing year or day is found `around` a moment of the same clock. */
function localSeconds(time: WrittenTime, around: number, notAfter: boolean): number {
  const { year, month, day, secondOfDay } = time;
  if (month !== undefined && year !== undefined) {
    return Date.UTC(year, month - 1, day) / 1e3 + secondOfDay;
  }
  const candidates =
    month === undefined
      ? [-1, 0, 1].map(
          (days) => (Math.floor(around / DAY_SECONDS) + days) * DAY_SECONDS + secondOfDay,
        )
      : [-1, 0, 1].map((years) => {
          const inYear = new Date(around * 1e3).getUTCFullYear() + years;
          return Date.UTC(inYear, month - 1, day) / 1e3 + secondOfDay;
        });
  if (notAfter) {
    const slack = month === undefined ? 60 : DAY_SECONDS;
    return candidates.findLast((seconds) => seconds <= around + slack) ?? around;
  }
  return candidates.reduce((best, seconds) =>
    Math.abs(seconds - around) < Math.abs(best - around) ? seconds : best,
  );
}
