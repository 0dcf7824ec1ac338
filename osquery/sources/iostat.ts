import { join } from 'node:path';
import type { JsonObject } from '../../log/entry.ts';
import { readProc, rounded } from './proc-file.ts';
import type { Probe } from './sampler.ts';

/** In /proc/diskstats (https://docs.kernel.org/admin-guide/iostats.html) a sector is that, whatever the disk's own is. */
const SECTOR_KB = 0.5;
const MAX_DISKS = 64;

/** The counters after a device's name, as far as they are used. */
interface Disk {
  readonly reads: number;
  readonly readSectors: number;
  readonly readMs: number;
  readonly writes: number;
  readonly writtenSectors: number;
  readonly writeMs: number;
  readonly busyMs: number;
  readonly weightedMs: number;
}

/** Block devices that were ever used, by the names and units of `iostat -x -o JSON`. */
export class Iostat implements Probe {
  readonly name = 'iostat';
  readonly #proc: string;
  #before: ReadonlyMap<string, Disk> | undefined;

  constructor(proc = '/proc') {
    this.#proc = proc;
  }

  look(seconds: number): JsonObject | undefined {
    const before = this.#before;
    const now = readDisks(readProc(join(this.#proc, 'diskstats')));
    this.#before = now;
    if (before === undefined || seconds <= 0) return undefined;
    const disk = [...now].flatMap(([name, counters]) => {
      const old = before.get(name);
      return old === undefined ? [] : { disk_device: name, ...figures(old, counters, seconds) };
    });
    return { disk };
  }
}

function readDisks(text: string): ReadonlyMap<string, Disk> {
  const disks = new Map<string, Disk>();
  for (const row of text.split('\n')) {
    const [, , name, ...columns] = row.trim().split(/\s+/);
    const [reads = 0, , readSectors = 0, readMs = 0, ...others] = columns.map(Number);
    const [writes = 0, , writtenSectors = 0, writeMs = 0, , busyMs = 0, weightedMs = 0] = others;
    if (name === undefined || reads + writes === 0 || disks.size >= MAX_DISKS) continue;
    disks.set(name, {
      reads,
      readSectors,
      readMs,
      writes,
      writtenSectors,
      writeMs,
      busyMs,
      weightedMs,
    });
  }
  return disks;
}

function figures(old: Disk, disk: Disk, seconds: number): JsonObject {
  // The kernel's counters are 32 bits wide on some machines: one that went back counts as still.
  const grown = (key: keyof Disk): number => Math.max(0, disk[key] - old[key]);
  const rate = (key: keyof Disk, unit = 1): number => rounded((grown(key) * unit) / seconds, 2);
  const mean = (ms: keyof Disk, requests: keyof Disk): number =>
    grown(requests) === 0 ? 0 : rounded(grown(ms) / grown(requests), 2);
  return {
    'r/s': rate('reads'),
    'w/s': rate('writes'),
    'rkB/s': rate('readSectors', SECTOR_KB),
    'wkB/s': rate('writtenSectors', SECTOR_KB),
    r_await: mean('readMs', 'reads'),
    w_await: mean('writeMs', 'writes'),
    'aqu-sz': rate('weightedMs', 1e-3),
    util: Math.min(100, rate('busyMs', 0.1)),
  };
}
