import { setPriority } from 'node:os';
import { writeFileSync } from 'node:fs';

/**
 * Has a process go before others or after them, as nice counts: -20 is first, 19
 * last. Where it may not be raised it stays as it is.
 *
 * Where Linux groups processes by session, priorities count only within the
 * group, and the group has one of its own (sched(7), "The autogroup feature"):
 * give it a process that leads a session.
 */
export function prioritize(pid: number, priority: number): void {
  try {
    setPriority(pid, priority);
    writeFileSync(`/proc/${pid}/autogroup`, `${priority}`);
  } catch {
    // It may not, or there are no such groups: it does what it can.
  }
}
