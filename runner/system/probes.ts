import { readFileSync } from 'node:fs';
import { Iostat } from '../../osquery/sources/iostat.ts';
import type { LabPort, LabProcess } from '../../osquery/sources/lab-process.ts';
import { Network } from '../../osquery/sources/network.ts';
import { Perf } from '../../osquery/sources/perf.ts';
import { Pressure } from '../../osquery/sources/pressure.ts';
import { Processes } from '../../osquery/sources/processes.ts';
import type { Probe } from '../../osquery/sources/sampler.ts';
import { Vmstat } from '../../osquery/sources/vmstat.ts';

/** What of the lab is looked at. */
export interface SeenLab {
  readonly processes: readonly LabProcess[];
  readonly ports: readonly LabPort[];
}

/** All that looks at a Linux machine. @param lab as it is at each look */
export function linuxProbes(lab: () => SeenLab, perf: boolean): Probe[] {
  const pageBytes = pageSize();
  const processes = (): readonly LabProcess[] => lab().processes;
  return [
    new Vmstat('/proc', pageBytes),
    new Pressure(),
    new Iostat(),
    new Processes({ lab: processes, pageBytes }),
    new Network({ lab: processes, ports: () => lab().ports }),
    ...(perf ? [new Perf(processes)] : []),
  ];
}

/** As the kernel tells of the first part of our own memory: `KernelPageSize:        4 kB`. */
function pageSize(): number {
  const [, kilobytes = '4'] =
    /^KernelPageSize: +(\d+) kB$/m.exec(readFileSync('/proc/self/smaps', 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
