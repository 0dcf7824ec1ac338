import { readFileSync } from 'node:fs';

/** A process that is told apart from a later one with the same pid, where the system tells when it started. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot (Linux); absent where that cannot be known. */
  readonly startTicks?: string | undefined;
}

export function identify(pid: number): ProcessIdentity {
  return { pid, startTicks: startTicksOf(pid) };
}

/** Whether this very process still runs. */
export function isRunning({ pid, startTicks }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startTicks === undefined || startTicksOf(pid) === startTicks;
}

/** Field 22 of /proc/PID/stat, counted after the command's closing parenthesis: the command may hold spaces. */
function startTicksOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
