import { readdirSync } from 'node:fs';
import { readText } from './read-text.ts';

/** Linux tells times of processes and cores in these to user space, whatever its own tick (`USER_HZ`). */
const TICKS_PER_SECOND = 100;

/** Milliseconds of a number of clock ticks. */
export const ticksToMs = (ticks: number): number => ticks * (1000 / TICKS_PER_SECOND);

/** Whole seconds of a number of clock ticks. */
export const ticksToSeconds = (ticks: number): number => Math.floor(ticks / TICKS_PER_SECOND);

/** The ids of the processes that run now, as /proc has them. */
export function processIds(): string[] {
  return namesIn('/proc').filter((name) => {
    const first = name.charCodeAt(0);
    return first >= 48 && first <= 57; // a digit
  });
}

/** The names in a folder; none where it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** When the system was started, in Unix seconds (`btime` of /proc/stat). */
export function bootTime(): number | undefined {
  const [, seconds] = /^btime (\d+)$/m.exec(readText('/proc/stat') ?? '') ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}

/**
 * Numbers of a text of lines such as `VmRSS:   4096 kB`, by their names, as they
 * are: without their unit.
 */
export function namedNumbers(text: string): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const [, name = '', number] of text.matchAll(/^([^:\n]+):\s*(-?\d+)/gm)) {
    numbers.set(name, Number(number));
  }
  return numbers;
}
