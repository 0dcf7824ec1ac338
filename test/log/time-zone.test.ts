import { describe, expect, test } from 'vitest';
import { offsetSeconds, timeZone } from '../../log/time-zone.ts';

/** What the clock shows, in seconds as if it were UTC. */
const shown = (iso: string): number => Date.parse(`${iso}Z`) / 1e3;

describe('a time zone', () => {
  test.each([
    ['UTC', '2026-07-01T12:00:00', 0],
    ['Europe/Berlin', '2026-01-01T12:00:00', 3600],
    ['Europe/Berlin', '2026-07-01T12:00:00', 7200],
    ['America/St_Johns', '2026-01-01T12:00:00', -12_600],
    ['Asia/Kathmandu', '2026-01-01T12:00:00', 20_700],
    ['Europe/Berlin', '2026-03-29T01:59:59', 3600],
    ['Europe/Berlin', '2026-03-29T03:00:00', 7200],
    ['America/New_York', '2026-11-01T00:30:00', -14_400],
    ['America/New_York', '2026-11-01T02:30:00', -18_000],
    ['+05:30', '2026-01-01T12:00:00', 19_800],
    ['-0530', '2026-01-01T12:00:00', -19_800],
    ['Z', '2026-01-01T12:00:00', 0],
  ])('%s is ahead of UTC at %s by %d s', (name, local, offset) => {
    expect(timeZone(name)(shown(local))).toBe(offset);
  });

  test('answers for one quarter of an hour do not leak into another', () => {
    const berlin = timeZone('Europe/Berlin');
    const [winter, summer] = [shown('2026-01-01T12:00:00'), shown('2026-07-01T12:00:00')];
    expect([winter, summer, winter].map(berlin)).toEqual([3600, 7200, 3600]);
  });

  test.each(['Europe/Nowhere', '', 'half past two'])('%j is refused', (name) => {
    expect(() => timeZone(name)).toThrow(
      `Expected a time zone such as Europe/Berlin, UTC or +02:00, but got ${JSON.stringify(name)}`,
    );
  });

  test.each([
    ['EST', -18_000],
    ['pdt', -25_200],
    ['+1', 3600],
    ['-12:30', -45_000],
    ['+9900', undefined],
    ['noon', undefined],
  ])('the end %s of a time is an offset of %s s', (zone, offset) => {
    expect(offsetSeconds(zone)).toBe(offset);
  });
});
