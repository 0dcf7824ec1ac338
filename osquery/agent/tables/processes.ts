import { existsSync } from 'node:fs';
import { bootTime, namedNumbers, processIds, ticksToMs, ticksToSeconds } from './proc.ts';
import { readLink, readText } from './read-text.ts';
import { columnsOf, type Table, type TableRow } from './table.ts';

const DELETED = ' (deleted)';

/**
 * All processes that run now, from `/proc/PID` (proc(5)). Times are milliseconds,
 * sizes bytes, `start_time` Unix seconds. `on_disk` is -1 where the executable
 * cannot be known. `cmdline` is as it is, and may hold secrets that somebody gave
 * as an argument: do not ask for it without need.
 */
export const processes: Table = {
  name: 'processes',
  columns: columnsOf(
    `pid BIGINT, name TEXT, path TEXT, cmdline TEXT, state TEXT, cwd TEXT, root TEXT, uid BIGINT,
    gid BIGINT, euid BIGINT, egid BIGINT, suid BIGINT, sgid BIGINT, on_disk INTEGER,
    wired_size BIGINT, resident_size BIGINT, total_size BIGINT, user_time BIGINT,
    system_time BIGINT, disk_bytes_read BIGINT, disk_bytes_written BIGINT, start_time BIGINT,
    parent BIGINT, pgroup BIGINT, threads INTEGER, nice INTEGER, cgroup_path TEXT`,
  ),
  rows({ columns }) {
    const bootSeconds = bootTime();
    const parts = PARTS.filter(({ gives }) => gives.some((column) => columns.has(column)));
    return processIds().flatMap((pid) => {
      const row = fromStat(pid, bootSeconds);
      if (row === undefined) return [];
      for (const { read } of parts) Object.assign(row, read(`/proc/${pid}`));
      return [row];
    });
  },
};

/** The columns that come with one read of `/proc/PID/stat`; undefined for a process that is gone. */
function fromStat(
  pid: string,
  bootSeconds: number | undefined,
): Record<string, string | number> | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name stands in parentheses and may hold some itself.
  const nameEnd = stat.lastIndexOf(')');
  const fields = stat.slice(nameEnd + 2).split(' ');
  const field = (index: number): number => Number(fields[index - 3]); // counted as in proc(5)
  return {
    pid: Number(pid),
    name: stat.slice(stat.indexOf('(') + 1, nameEnd),
    state: fields[0] ?? '',
    parent: field(4),
    pgroup: field(5),
    user_time: ticksToMs(field(14)),
    system_time: ticksToMs(field(15)),
    nice: field(19),
    threads: field(20),
    start_time: bootSeconds === undefined ? -1 : bootSeconds + ticksToSeconds(field(22)),
    wired_size: 0, // Linux does not count it
  };
}

/** What costs a read of its own, and is read only where a query looks at it. */
const PARTS: readonly {
  readonly gives: readonly string[];
  readonly read: (folder: string) => TableRow;
}[] = [
  {
    gives: ['uid', 'gid', 'euid', 'egid', 'suid', 'sgid', 'resident_size', 'total_size'],
    read: fromStatus,
  },
  { gives: ['path', 'on_disk'], read: fromExecutable },
  { gives: ['cmdline'], read: (folder) => ({ cmdline: commandLine(folder) }) },
  { gives: ['cwd'], read: (folder) => ({ cwd: readLink(`${folder}/cwd`) ?? '' }) },
  { gives: ['root'], read: (folder) => ({ root: readLink(`${folder}/root`) ?? '' }) },
  { gives: ['disk_bytes_read', 'disk_bytes_written'], read: fromIo },
  { gives: ['cgroup_path'], read: (folder) => ({ cgroup_path: cgroupPath(folder) }) },
];

/** `Uid:` and `Gid:` have the real, effective, saved and file system id; a kernel thread has no sizes. */
function fromStatus(folder: string): TableRow {
  const status = readText(`${folder}/status`) ?? '';
  const [uid, euid, suid] = UIDS.exec(status)?.slice(1).map(Number) ?? [];
  const [gid, egid, sgid] = GIDS.exec(status)?.slice(1).map(Number) ?? [];
  const [virtual, resident] = SIZES.exec(status)?.slice(1).map(Number) ?? [];
  return {
    uid,
    euid,
    suid,
    gid,
    egid,
    sgid,
    resident_size: resident === undefined ? undefined : resident * 1024,
    total_size: virtual === undefined ? undefined : virtual * 1024,
  };
}

const UIDS = /^Uid:\s+(\d+)\s+(\d+)\s+(\d+)/m;
const GIDS = /^Gid:\s+(\d+)\s+(\d+)\s+(\d+)/m;
const SIZES = /^VmSize:\s+(\d+) kB$[^]*^VmRSS:\s+(\d+) kB$/m;

function fromExecutable(folder: string): TableRow {
  const path = readLink(`${folder}/exe`);
  if (path === undefined) return { path: '', on_disk: -1 };
  if (existsSync(path)) return { path, on_disk: 1 };
  return { path: path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path, on_disk: 0 };
}

const commandLine = (folder: string): string =>
  (readText(`${folder}/cmdline`) ?? '').replaceAll('\0', ' ').trim();

/** Another user's is not readable. */
function fromIo(folder: string): TableRow {
  const text = readText(`${folder}/io`);
  if (text === undefined) return {};
  const io = namedNumbers(text);
  const written = (io.get('write_bytes') ?? 0) - (io.get('cancelled_write_bytes') ?? 0);
  return { disk_bytes_read: io.get('read_bytes'), disk_bytes_written: written };
}

/** Of the first line, `0::/user.slice`, what follows the second colon. */
const cgroupPath = (folder: string): string | undefined =>
  /^[^:\n]*:[^:\n]*:(.*)$/m.exec(readText(`${folder}/cgroup`) ?? '')?.[1];
