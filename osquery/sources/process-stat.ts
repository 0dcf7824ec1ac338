/** Of /proc/PID/stat (`man 5 proc_pid_stat`), what is used. */
export interface ProcessStat {
  readonly pid: number;
  /** The kernel's name, at most 15 characters. */
  readonly comm: string;
  /** R running, S sleeping, D waiting for a disk, T stopped, Z ended and not yet collected … */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly majorFaults: number;
  /** Of CPU time. */
  readonly ticks: number;
  readonly threads: number;
  /** Since boot. */
  readonly startTicks: number;
  readonly residentPages: number;
}

/** Ticks a second that /proc counts in, on all machines that Node runs on. */
export const TICKS = 100;

/** Undefined for what is none: the process has ended. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  // The name may hold spaces and parentheses.
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const columns = text.slice(close + 2).split(' ');
  const number = (index: number): number => Number(columns[index]);
  return {
    pid: Number(text.slice(0, open)),
    comm: text.slice(open + 1, close),
    state: columns[0] ?? '',
    parent: number(1),
    group: number(2),
    majorFaults: number(9),
    ticks: number(11) + number(12),
    threads: number(17),
    startTicks: number(19),
    residentPages: number(21),
  };
}
