/**
 * A process group: the process that leads it and all it has started, unless
 * they left it. On Windows, which has none, it stands for the process alone.
 */
const target = (leaderPid: number): number =>
  process.platform === 'win32' ? leaderPid : -leaderPid;

/** Sends a signal to every process of the group; a group that is gone is no error. */
export function signalGroup(leaderPid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target(leaderPid), signal);
  } catch {
    // ESRCH: nobody is left. EPERM: those left have changed their user, and are not ours to end.
  }
}

export function groupIsAlive(leaderPid: number): boolean {
  try {
    process.kill(target(leaderPid), 0);
    return true;
  } catch {
    return false;
  }
}
