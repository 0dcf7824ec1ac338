import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Firehose, Source } from '../../log/firehose.ts';
import { instanceId } from '../../log/wire.ts';
import { Iostat } from '../../osquery/sources/iostat.ts';
import type { LabPort, LabProcess } from '../../osquery/sources/lab-process.ts';
import { Network } from '../../osquery/sources/network.ts';
import { Perf } from '../../osquery/sources/perf.ts';
import { Pressure } from '../../osquery/sources/pressure.ts';
import { Processes } from '../../osquery/sources/processes.ts';
import { Sampler, type Probe } from '../../osquery/sources/sampler.ts';
import { Vmstat } from '../../osquery/sources/vmstat.ts';
import { nowMicros } from '../clock.ts';
import type { LogSource } from '../sources/log-source.ts';

/** What the user said of looking at the system. */
export interface SampleOptions {
  /** Milliseconds from look to look; Infinity for none. */
  readonly sample: number;
  readonly perf?: true;
}

/** What of the lab is looked at. */
export interface WatchedLab {
  readonly processes: () => readonly LabProcess[];
  readonly ports: readonly LabPort[];
}

/**
 * Looks at the system around the lab time and again: each kind of look is a node
 * of its own in the firehose. What cannot be looked at is said once, by the driver.
 */
export function watchSystem(
  { sample, perf }: SampleOptions,
  { processes, ports }: WatchedLab,
  firehose: Firehose,
  driver: Source,
): LogSource {
  const tell = (msg: string): void => driver.say({ level: 30, msg });
  const sources = new Map<string, Source>();
  const sourceOf = (name: string): Source => {
    const started = Math.floor(nowMicros() / 1e6);
    const source =
      sources.get(name) ??
      firehose.source(name, instanceId(name, hostname(), process.pid, started));
    sources.set(name, source);
    return source;
  };
  const sampler = new Sampler({
    probes: Number.isFinite(sample) ? probes(processes, ports, perf === true, tell) : [],
    everyMs: Number.isFinite(sample) ? sample : MAX_TIMER_MS,
    nowMicros,
    sink: (name, log) => sourceOf(name).say(log, name),
    onTrouble: (name, { message }) => tell(`no ${name} of the system: ${message}`),
  });
  sampler.start();
  return {
    pause: () => sampler.pause(),
    resume: () => sampler.resume(),
    close: async () => sampler.close(),
  };
}

/** The longest that a timer waits. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function probes(
  lab: () => readonly LabProcess[],
  ports: readonly LabPort[],
  perf: boolean,
  tell: (msg: string) => void,
): Probe[] {
  if (process.platform !== 'linux') {
    tell('no events of the system: they are read from /proc, which Linux alone has');
    return [];
  }
  const pageBytes = pageSize();
  return [
    new Vmstat('/proc', pageBytes),
    new Pressure(),
    new Iostat(),
    new Processes({ lab, pageBytes }),
    new Network({ lab, ports: () => ports }),
    ...(perf ? [new Perf(lab)] : []),
  ];
}

/** As the kernel tells of the first part of our own memory: `KernelPageSize:        4 kB`. */
function pageSize(): number {
  const [, kilobytes = '4'] =
    /^KernelPageSize: +(\d+) kB$/m.exec(readFileSync('/proc/self/smaps', 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
