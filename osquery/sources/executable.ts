import { readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The name of a process's program; where that is not for us to see, the kernel's name for the process. */
export function executableName(proc: string, pid: number, comm: string): string {
  try {
    // A program that was replaced while it ran.
    return basename(readlinkSync(join(proc, `${pid}`, 'exe')).replace(/ \(deleted\)$/, ''));
  } catch {
    return comm;
  }
}
