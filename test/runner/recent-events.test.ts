import { expect, test } from 'vitest';
import type { LogEntry } from '../../log/entry.ts';
import { RecentEvents } from '../../runner/recent-events.ts';

/** The driver tells that a process ended. */
function exit(seq: number): LogEntry {
  const log = { level: 40, msg: 'exited', node: 'payment', pid: seq, signal: 'SIGKILL' };
  const who = { node: 'driver', instance: 'driver@lab/1.1', stream: 'stdout' };
  return { ts: 1000 + seq, ...who, seq, log, text: '' };
}

test('system events are those that meet a time, and the oldest fall out when there are too many', () => {
  const events = new RecentEvents();
  for (let seq = 0; seq < 20; seq++) events.push(exit(seq));
  const [first] = events.all();
  if (first === undefined) throw new Error('an exit should be an event');
  const { startTimeUnixNano: from, endTimeUnixNano: to } = first;
  expect(events.between(from, to)).toContainEqual(first);
  expect(events.between(0n, from - 1n)).toEqual([]);
  for (let seq = 20; seq < 21_000; seq++) events.push(exit(seq));
  expect(events.dropped).toBeGreaterThan(0);
  expect(events.all().length).toBeLessThanOrEqual(20_100);
  expect(events.all()).not.toContainEqual(first);
});
