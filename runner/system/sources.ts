import { hostname } from 'node:os';
import type { Firehose, Source } from '../../log/firehose.ts';
import { instanceId } from '../../log/wire.ts';
import { nowMicros } from '../clock.ts';
import type { LogSource } from '../sources/log-source.ts';
import { Lookout } from './lookout.ts';
import type { SeenLab } from './probes.ts';

/** What the user said of looking at the system. */
export interface SampleOptions {
  /** Milliseconds from look to look; Infinity for none. */
  readonly sample: number;
  readonly perf?: true;
}

/** What looks at the system, while it does. */
export interface SystemWatch extends LogSource {
  /** To be called when a process of the lab was started. */
  refresh(): void;
}

/**
 * Looks at the system around the lab time and again: each kind of look is a node
 * of its own in the firehose. What cannot be looked at is said by the driver.
 */
export function watchSystem(
  { sample, perf }: SampleOptions,
  lab: () => SeenLab,
  firehose: Firehose,
  driver: Source,
): SystemWatch {
  const tell = (msg: string): void => driver.say({ level: 30, msg });
  if (!Number.isFinite(sample)) return NOBODY;
  if (process.platform !== 'linux') {
    tell('no events of the system: they are read from /proc, which Linux alone has');
    return NOBODY;
  }
  const sources = new Map<string, Source>();
  const sourceOf = (probe: string, pid: number): Source => {
    const name = `${probe} ${pid}`;
    const started = Math.floor(nowMicros() / 1e6);
    const source =
      sources.get(name) ?? firehose.source(probe, instanceId(probe, hostname(), pid, started));
    sources.set(name, source);
    return source;
  };
  return new Lookout({
    everyMs: sample,
    perf: perf === true,
    lab,
    onLine: (probe, line, pid) => sourceOf(probe, pid).say(line, probe),
    onTrouble: tell,
  });
}

const NOBODY: SystemWatch = {
  refresh() {},
  pause() {},
  resume() {},
  async close() {},
};
