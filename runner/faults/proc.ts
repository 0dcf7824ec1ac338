/** What Linux tells of processes in /proc; on other systems nothing is known. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** All processes of a process group, its leader first, also where nothing else is known. */
export function groupMembers(leaderPid: number): number[] {
  const others = namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== leaderPid && groupOf(pid) === leaderPid);
  return [leaderPid, ...others];
}

/** TCP ports on which one of the processes listens, and the address; sorted by port. */
export function listeningPorts(pids: readonly number[]): { port: number; host: string }[] {
  const found = new Map<number, string>();
  for (const pid of pids) {
    const sockets = new Set(namesIn(`/proc/${pid}/fd`).map((fd) => link(`/proc/${pid}/fd/${fd}`)));
    for (const table of ['tcp', 'tcp6']) {
      for (const row of textOf(`/proc/${pid}/net/${table}`).split('\n').slice(1)) {
        const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
        // 0A: listening.
        if (state !== '0A' || !sockets.has(`socket:[${inode}]`)) continue;
        const [address = '', port = ''] = local.split(':');
        found.set(Number.parseInt(port, 16), hostOf(address));
      }
    }
  }
  return [...found].map(([port, host]) => ({ port, host })).sort((a, b) => a.port - b.port);
}

/** How many CPUs it may run on, and their list as `taskset` writes it: `0-1`. */
export function allowedCpus(pid: number): { count: number; list: string } | undefined {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1];
  if (list === undefined) return undefined;
  const count = list.split(',').reduce((sum, range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return sum + last - first + 1;
  }, 0);
  return { count, list };
}

/** An opaque name of the network namespace that a process is in; undefined where that cannot be known. */
export const networkNamespace = (pid: number | 'self'): string | undefined =>
  link(`/proc/${pid}/ns/net`) || undefined;

/** Bytes that can be had without swapping. */
export function memoryAvailable(): number | undefined {
  const kilobytes = /^MemAvailable:\s*(\d+) kB$/m.exec(textOf('/proc/meminfo'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** The third field after the command's closing parenthesis: the command may hold spaces. */
function groupOf(pid: number): number {
  const stat = textOf(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

/** IPv4 addresses are written as a number in the machine's order; of IPv6's only whether it is any or loopback matters. */
function hostOf(hex: string): string {
  if (hex.length > 8) return /^0+$/.test(hex) ? '::' : '::1';
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // not ours, or gone
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
