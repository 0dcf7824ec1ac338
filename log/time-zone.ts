/** How far a zone's clocks are ahead of UTC, in seconds, when they show `localSeconds` (as if it were UTC). */
export type TimeZone = (localSeconds: number) => number;

/**
 * The zone of an IANA name (`Europe/Berlin`, `UTC`) or a fixed offset (`Z`,
 * `+02:00`, `-0530`, `+1`). An hour that a zone's clocks skip or repeat is read
 * with the offset after the change. Throws a RangeError for what is neither.
 */
export function timeZone(name: string): TimeZone {
  const fixed = offsetSeconds(name);
  if (fixed !== undefined) return () => fixed;
  const format = zoneFormat(name);
  const offsetAt = (utcSeconds: number): number => {
    const shown = format.formatToParts(utcSeconds * 1e3);
    const offset = shown.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    return offsetSeconds(offset.replace('GMT', '') || 'Z') ?? 0;
  };
  // Offsets change on quarters of an hour: one answer serves all lines of a quarter.
  let quarter = Number.NaN;
  let answer = 0;
  return (localSeconds) => {
    const asked = Math.floor(localSeconds / QUARTER_SECONDS);
    if (asked !== quarter) {
      quarter = asked;
      const near = localSeconds - offsetAt(localSeconds);
      answer = offsetAt(localSeconds - offsetAt(near));
    }
    return answer;
  };
}

const QUARTER_SECONDS = 900;

function zoneFormat(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    throw new RangeError(
      `Expected a time zone such as Europe/Berlin, UTC or +02:00, but got ${JSON.stringify(name)}`,
    );
  }
}

/** Names that RFC 2822 fixes, and Central Europe's; others are used for several zones. */
const NAMED_HOURS: Readonly<Record<string, number>> = {
  Z: 0,
  UT: 0,
  UTC: 0,
  GMT: 0,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  CET: 1,
  CEST: 2,
};

/** The offset that a time's end names, in seconds: `Z`, `EST`, `+0200`, `-05:30`, `+1`; undefined for anything else. */
export function offsetSeconds(zone: string): number | undefined {
  const [, sign, hours, minutes = '0', seconds = '0'] =
    /^([+-])(\d\d?)(?::?(\d\d)(?::?(\d\d))?)?$/.exec(zone) ?? [];
  if (hours !== undefined && Number(hours) <= 18 && Number(minutes) < 60) {
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return sign === '-' ? -size : size;
  }
  const name = zone.toUpperCase();
  return Object.hasOwn(NAMED_HOURS, name) ? (NAMED_HOURS[name] ?? 0) * 3600 : undefined;
}
