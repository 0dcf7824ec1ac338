import { join } from 'node:path';
import type { JsonObject } from '../../log/entry.ts';
import { growth, readPairs, readProc, rounded } from './proc-file.ts';
import type { Probe } from './sampler.ts';

/** Of the first columns of `cpu` in /proc/stat (`man 5 proc_stat`). */
const COLUMNS = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
const MAX_CORES = 64;

interface Look {
  /** All cores together, then each by itself, by COLUMNS. */
  readonly cpus: readonly (readonly number[])[];
  readonly stat: ReadonlyMap<string, number>;
  readonly vm: ReadonlyMap<string, number>;
}

/**
 * The machine as a whole, as `vmstat` tells it: CPU time by what for, the run
 * queue, memory and what goes to and comes from the disk for want of it.
 */
export class Vmstat implements Probe {
  readonly name = 'vmstat';
  readonly #proc: string;
  readonly #pageBytes: number;
  #before: Look | undefined;

  constructor(proc = '/proc', pageBytes = 4096) {
    this.#proc = proc;
    this.#pageBytes = pageBytes;
  }

  look(seconds: number): JsonObject | undefined {
    const before = this.#before;
    const now = this.#read();
    this.#before = now;
    if (before === undefined || seconds <= 0) return undefined;
    const memory = readPairs(readProc(join(this.#proc, 'meminfo')));
    const grown = (key: string): number => growth(before.vm.get(key), now.vm.get(key));
    const [all, ...cores] = now.cpus.map((cpu, index) => shares(before.cpus[index] ?? [], cpu));
    const paged = (key: string): number => Math.round((grown(key) * this.#pageBytes) / seconds);
    return {
      cpu: all ?? {},
      cores,
      context_switches: Math.round(growth(before.stat.get('ctxt'), now.stat.get('ctxt')) / seconds),
      run_queue: now.stat.get('procs_running') ?? 0,
      blocked: now.stat.get('procs_blocked') ?? 0,
      memory: { total: memory.get('MemTotal') ?? 0, available: memory.get('MemAvailable') ?? 0 },
      swap: {
        total: memory.get('SwapTotal') ?? 0,
        free: memory.get('SwapFree') ?? 0,
        in: paged('pswpin'),
        out: paged('pswpout'),
      },
      major_faults: rounded(grown('pgmajfault') / seconds, 1),
      oom_kills: grown('oom_kill'),
    };
  }

  #read(): Look {
    const text = readProc(join(this.#proc, 'stat'));
    const cpus = [...text.matchAll(/^cpu\d* +(.*)$/gm)]
      .slice(0, 1 + MAX_CORES)
      .map(([, columns = '']) => columns.split(' ').map(Number));
    return { cpus, stat: readPairs(text), vm: readPairs(readProc(join(this.#proc, 'vmstat'))) };
  }
}

/** What share of the time went where; `user` with what was niced, `system` with interrupts. */
function shares(before: readonly number[], now: readonly number[]): JsonObject {
  const ticks = COLUMNS.map((_, index) => growth(before[index], now[index]));
  const total = ticks.reduce((sum, tick) => sum + tick, 0);
  const share = (...names: (typeof COLUMNS)[number][]): number =>
    total === 0
      ? 0
      : rounded(names.reduce((sum, name) => sum + (ticks[COLUMNS.indexOf(name)] ?? 0), 0) / total);
  return {
    user: share('user', 'nice'),
    system: share('system', 'irq', 'softirq'),
    iowait: share('iowait'),
    steal: share('steal'),
    // A machine that did not tick was idle.
    idle: total === 0 ? 1 : share('idle'),
  };
}
