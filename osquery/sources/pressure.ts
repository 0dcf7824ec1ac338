import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../log/entry.ts';
import { growth, readProc, rounded, tryReadProc } from './proc-file.ts';
import type { Probe } from './sampler.ts';

const RESOURCES = ['cpu', 'memory', 'io'] as const;

/** Microseconds that somebody (`some`) and everybody (`full`) waited. */
type Totals = ReadonlyMap<string, number>;

/**
 * Pressure stall information (https://docs.kernel.org/accounting/psi.html) of
 * the machine and, where it tells, of our own control group: which share of the
 * time processes waited for CPU, memory and disks.
 */
export class Pressure implements Probe {
  readonly name = 'pressure';
  readonly #folders: ReadonlyMap<string, (resource: string) => string>;
  #before: ReadonlyMap<string, Totals> | undefined;

  constructor(proc = '/proc', cgroups = '/sys/fs/cgroup') {
    const host = (resource: string): string => join(proc, 'pressure', resource);
    const own = ownGroup(proc, cgroups);
    const group = (resource: string): string => join(own ?? '', `${resource}.pressure`);
    this.#folders = new Map([
      ['host', host] as const,
      ...(own === undefined ? [] : [['cgroup', group] as const]),
    ]);
  }

  look(seconds: number): JsonObject | undefined {
    const before = this.#before;
    const now = this.#read();
    this.#before = now;
    if (before === undefined || seconds <= 0) return undefined;
    return Object.fromEntries(
      [...now].map(([where, totals]) => [where, shares(before.get(where), totals, seconds)]),
    );
  }

  #read(): ReadonlyMap<string, Totals> {
    return new Map(
      [...this.#folders].map(([where, file]) => [
        where,
        new Map(RESOURCES.flatMap((resource) => totalsOf(resource, readProc(file(resource))))),
      ]),
    );
  }
}

/** Version 2 of control groups alone tells, and of a group below the root. */
function ownGroup(proc: string, cgroups: string): string | undefined {
  const [, path = ''] = /^0::\/(.+)$/m.exec(tryReadProc(join(proc, 'self/cgroup'))) ?? [];
  const folder = join(cgroups, path);
  return path !== '' && existsSync(join(folder, 'cpu.pressure')) ? folder : undefined;
}

/** Of `some avg10=0.67 avg60=1.40 avg300=5.26 total=2753433266`. */
const totalsOf = (resource: string, text: string): [string, number][] =>
  [...text.matchAll(/^(some|full) .*total=(\d+)$/gm)].map(([, kind, total]) => [
    `${resource} ${kind}`,
    Number(total),
  ]);

function shares(before: Totals | undefined, now: Totals, seconds: number): JsonObject {
  const share = (key: string): number =>
    rounded(Math.min(1, growth(before?.get(key), now.get(key)) / 1e6 / seconds));
  return Object.fromEntries(
    RESOURCES.map((resource) => [
      resource,
      { some: share(`${resource} some`), full: share(`${resource} full`) },
    ]),
  );
}
