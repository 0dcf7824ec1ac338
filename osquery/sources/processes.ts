import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../log/entry.ts';
import { executableName } from './executable.ts';
import type { LabProcess } from './lab-process.ts';
import { parseProcessStat, TICKS, type ProcessStat } from './process-stat.ts';
import { growth, readPairs, rounded, tryReadProc } from './proc-file.ts';
import type { Probe } from './sampler.ts';

/** Of the processes that are not of the lab so many are listed, of each kind of use. */
const TOP = 8;
/** And of each kind only those that use so much: CPUs, bytes, bytes a second. */
const LEAST = { cpu: 0.05, growth: 4 * 2 ** 20, written: 64 * 1024 } as const;
/** A scan of all processes may take that share of a CPU; on machines with thousands it is done less often. */
const SCAN_SHARE = 0.02;
/** But so often at least, in seconds. */
const MAX_BETWEEN = 10;

/** What is remembered of a process from look to look. */
interface Seen extends ProcessStat {
  readonly read: number;
  readonly written: number;
  /** Nanoseconds that the main thread was ready and had to wait. */
  readonly waited: number;
  /** Of its program, once it is to be told. */
  name: string | undefined;
  readonly owner: LabProcess | undefined;
  isListed: boolean;
  /** The memory that was last told of: slow growth adds up until it is worth a mention. */
  toldPages: number;
}

/** A process over one interval. */
interface Use {
  readonly process: Seen;
  readonly isNew: boolean;
  readonly wasStopped: boolean;
  readonly cpu: number;
  readonly wait: number;
  readonly growth: number;
  readonly faults: number;
  readonly read: number;
  readonly written: number;
}

export interface ProcessesOptions {
  /** The lab's processes as they are now. */
  readonly lab: () => readonly LabProcess[];
  readonly proc?: string;
  readonly pageBytes?: number;
}

/**
 * The lab's processes, and of the others those that use most CPU, grow or
 * shrink most, write most, or are stopped. Processes are known by pid and
 * start; their command lines are never read.
 */
export class Processes implements Probe {
  readonly name = 'processes';
  readonly #lab: () => readonly LabProcess[];
  readonly #proc: string;
  readonly #pageBytes: number;
  readonly #bootSeconds: number;
  #before: ReadonlyMap<number, Seen> | undefined;
  #scanSeconds = 0;

  constructor({ lab, proc = '/proc', pageBytes = 4096 }: ProcessesOptions) {
    this.#lab = lab;
    this.#proc = proc;
    this.#pageBytes = pageBytes;
    this.#bootSeconds = readPairs(tryReadProc(join(proc, 'stat'))).get('btime') ?? 0;
  }

  look(seconds: number): JsonObject | undefined {
    const before = this.#before;
    const isDue = seconds >= Math.min(this.#scanSeconds / SCAN_SHARE, MAX_BETWEEN);
    if (before !== undefined && !isDue) return undefined;
    // Not the time that passed: on a busy machine, where it matters most, this process has to wait too.
    const began = process.cpuUsage();
    const now = this.#scan(before);
    const { user, system } = process.cpuUsage(began);
    this.#scanSeconds = (user + system) / 1e6;
    this.#before = now;
    if (before === undefined || seconds <= 0) return undefined;
    const uses = [...now.values()].map((process) => useOf(process, before, seconds));
    const listed = [
      ...uses.filter(({ process }) => process.owner !== undefined),
      ...this.#topOf(uses.filter(({ process }) => process.owner === undefined)),
    ];
    for (const { process } of listed) {
      process.isListed = true;
      process.toldPages = process.residentPages;
    }
    const ended = [...before.values()].filter(
      (process) => process.isListed && !isSame(now.get(process.pid), process),
    );
    return {
      processes: listed.map((use) => this.#row(use)),
      ended: ended.map((process) => this.#identity(process)),
    };
  }

  #scan(before: ReadonlyMap<number, Seen> | undefined): ReadonlyMap<number, Seen> {
    const stats = new Map<number, ProcessStat>();
    for (const name of readdirSync(this.#proc)) {
      if (!/^\d+$/.test(name)) continue;
      const stat = parseProcessStat(tryReadProc(join(this.#proc, name, 'stat')));
      if (stat !== undefined) stats.set(stat.pid, stat);
    }
    const roots = new Map(this.#lab().map((process) => [process.pid, process]));
    return new Map(
      [...stats].map(([pid, stat]) => {
        const found = before?.get(pid);
        const seen = this.#see(stat, ownerOf(stat, stats, roots));
        const old = isSame(found, stat) ? found : undefined;
        if (old !== undefined) keep(old, seen);
        // What was there before the first look has not grown since.
        else if (before === undefined) seen.toldPages = stat.residentPages;
        return [pid, seen];
      }),
    );
  }

  #see(stat: ProcessStat, owner: LabProcess | undefined): Seen {
    const folder = join(this.#proc, `${stat.pid}`);
    // The kernel's own threads write nothing.
    const io = isKernelThread(stat) ? '' : tryReadProc(join(folder, 'io'));
    const pairs = readPairs(io);
    const [, waited] = owner === undefined ? [] : tryReadProc(join(folder, 'schedstat')).split(' ');
    return {
      ...stat,
      read: pairs.get('read_bytes') ?? 0,
      written: pairs.get('write_bytes') ?? 0,
      waited: Number(waited ?? 0),
      owner,
      name: undefined,
      isListed: false,
      toldPages: 0,
    };
  }

  /** Those that use most of something, each once. */
  #topOf(uses: readonly Use[]): ReadonlySet<Use> {
    const top = (measure: (use: Use) => number, least: number): Use[] =>
      uses
        .filter((use) => measure(use) >= least)
        .sort((a, b) => measure(b) - measure(a))
        .slice(0, TOP);
    return new Set([
      ...top(({ cpu }) => cpu, LEAST.cpu),
      ...top((use) => Math.abs(use.growth) * this.#pageBytes, LEAST.growth),
      ...top(({ written }) => written, LEAST.written),
      ...top((use) => (isStopped(use.process) || use.wasStopped ? 1 : 0), 1),
    ]);
  }

  #row({ process, isNew, wasStopped, ...use }: Use): JsonObject {
    const { state, residentPages, threads, owner, pid } = process;
    return {
      ...this.#identity(process),
      state,
      cpu: rounded(use.cpu),
      rss: residentPages * this.#pageBytes,
      rss_growth: use.growth * this.#pageBytes,
      major_faults: rounded(use.faults, 1),
      read: Math.round(use.read),
      written: Math.round(use.written),
      threads,
      ...(owner !== undefined && { wait: rounded(use.wait), fds: this.#filesOf(pid) }),
      ...(isNew && { is_new: true }),
      ...(wasStopped && { was_stopped: true }),
    };
  }

  #identity(process: Seen): JsonObject {
    const { pid, startTicks, comm, owner } = process;
    const name = (process.name ??= executableName(this.#proc, pid, comm));
    return {
      pid,
      started: rounded(this.#bootSeconds + startTicks / TICKS, 2),
      name,
      ...(owner !== undefined && { node: owner.node, instance: owner.instance }),
    };
  }

  #filesOf(pid: number): number {
    try {
      return readdirSync(join(this.#proc, `${pid}`, 'fd')).length;
    } catch {
      return 0;
    }
  }
}

/** What is known of a process since the looks before. */
function keep(old: Seen, now: Seen): void {
  // One that runs another program has another kernel's name then.
  if (old.comm === now.comm) now.name = old.name;
  now.isListed = old.isListed;
  now.toldPages = old.toldPages;
}

/** Whose process it is: that of the nearest of its forebears, or of the leader of its group, that the lab knows. */
function ownerOf(
  stat: ProcessStat,
  stats: ReadonlyMap<number, ProcessStat>,
  roots: ReadonlyMap<number, LabProcess>,
): LabProcess | undefined {
  let forebear: ProcessStat | undefined = stat;
  for (let steps = 0; forebear !== undefined && steps < 100; steps++) {
    const owner = roots.get(forebear.pid);
    if (owner !== undefined) return owner.isSupervisor && forebear !== stat ? undefined : owner;
    forebear = stats.get(forebear.parent);
  }
  return roots.get(stat.group);
}

function useOf(process: Seen, before: ReadonlyMap<number, Seen>, seconds: number): Use {
  const found = before.get(process.pid);
  const old = isSame(found, process) ? found : undefined;
  const rate = (key: 'ticks' | 'majorFaults' | 'read' | 'written' | 'waited'): number =>
    growth(old?.[key] ?? 0, process[key]) / seconds;
  return {
    process,
    isNew: old === undefined,
    wasStopped: old !== undefined && isStopped(old),
    cpu: rate('ticks') / TICKS,
    wait: rate('waited') / 1e9,
    growth: process.residentPages - process.toldPages,
    faults: rate('majorFaults'),
    read: rate('read'),
    written: rate('written'),
  };
}

/** A pid is used again; with the same start it is the same process. */
const isSame = <P extends ProcessStat>(a: P | undefined, b: ProcessStat | undefined): a is P =>
  a !== undefined && a.pid === b?.pid && a.startTicks === b.startTicks;

const isStopped = ({ state }: ProcessStat): boolean => state === 'T' || state === 't';

/** `kthreadd` is process 2, and the parent of all of them. */
const isKernelThread = ({ pid, parent }: ProcessStat): boolean => pid === 2 || parent === 2;
