/**
 * Lines of the node `vmstat`, a look at the whole machine each:
 * `{"interval":[s,e],"cpu":{"user":0.1,"system":0.05,"iowait":0,"steal":0,"idle":0.85},"cores":[…],"context_switches":812,"run_queue":1,"blocked":0,"memory":{"total":…,"available":…},"swap":{"total":…,"free":…,"in":0,"out":0},"major_faults":0,"oom_kills":0}`.
 * Shares of the time, counts a second, bytes; `oom_kills` of the interval.
 */
import type { LogEntry } from '../../log/entry.ts';
import { numberOf, objectOf, objectsOf } from './field.ts';
import {
  seriesRule,
  type Fact,
  type Observation,
  type Sample,
  type SeriesRule,
} from './observation.ts';
import { bytes, percent, plain } from './quantity.ts';

const BUSY = seriesRule('cpu busy', 'cpu.busy', { least: 0.4, looks: 2 });
const STEAL = seriesRule('cpu steal', 'cpu.steal', { least: 0.15, looks: 2 });
const IOWAIT = seriesRule('cpu iowait', 'io.pressure', { least: 0.3, looks: 2 });
const PINNED = seriesRule('core pinned', 'cpu.hog', { least: 0.5, looks: 3 });
const USED = seriesRule('memory used', 'memory.growth', { least: 0.08, looks: 1 });
const SWAP = seriesRule('swap', 'memory.pressure', { least: 2 ** 20, looks: 1 });
const FAULTS = seriesRule('major faults', 'memory.pressure', { least: 200, looks: 2 });

const OOM_WEIGHT = 50;
/** A core that is busier has no room left. */
const FULL = 0.95;

/** What a line of `vmstat` tells. */
export function readVmstat({ log }: LogEntry): Observation[] {
  return [...cpuSamples(log), ...memorySamples(log), ...oomKills(log)];
}

function cpuSamples(log: LogEntry['log']): Sample[] {
  const cpu = objectOf(log['cpu']);
  const [idle, steal, iowait] = ['idle', 'steal', 'iowait'].map((name) => numberOf(cpu[name]));
  const samples: Sample[] = [];
  if (idle !== undefined) {
    const busy = 1 - idle - (iowait ?? 0);
    samples.push(
      host(BUSY, busy, ({ peak, usual }) => rose("the machine's CPUs were busy", peak, usual)),
    );
    // Where all cores are, it is no single one that is pinned.
    if (busy < FULL) samples.push(...coreSamples(log));
  }
  if (steal !== undefined)
    samples.push(
      host(STEAL, steal, ({ peak, usual }) => rose('the hypervisor took CPU time', peak, usual)),
    );
  if (iowait !== undefined)
    samples.push(
      host(IOWAIT, iowait, ({ peak, usual }) => rose('CPUs waited for disks', peak, usual)),
    );
  return samples;
}

function coreSamples(log: LogEntry['log']): Sample[] {
  const cores = objectsOf(log['cores']);
  if (cores.length < 2) return [];
  return cores.flatMap((core, index) => {
    const [idle, iowait] = [numberOf(core['idle']), numberOf(core['iowait'])];
    if (idle === undefined) return [];
    const device = `cpu${index}`;
    return {
      rule: PINNED,
      of: device,
      about: { device },
      value: 1 - idle - (iowait ?? 0) >= FULL ? 1 : 0,
      say: () => `${device} had no time left`,
    };
  });
}

function memorySamples(log: LogEntry['log']): Sample[] {
  const memory = objectOf(log['memory']);
  const [total, available] = [numberOf(memory['total']), numberOf(memory['available'])];
  const swap = objectOf(log['swap']);
  const swapped = (numberOf(swap['in']) ?? 0) + (numberOf(swap['out']) ?? 0);
  const faults = numberOf(log['major_faults']);
  const samples = [
    host(SWAP, swapped, ({ peak }) => `the machine swapped ${bytes(peak)} a second`),
  ];
  if (total !== undefined && available !== undefined && total > 0)
    samples.push(
      host(USED, 1 - available / total, ({ peak, usual }) =>
        rose("the machine's memory in use rose", peak, usual, 'from'),
      ),
    );
  if (faults !== undefined)
    samples.push(
      host(FAULTS, faults, ({ peak }) => `${plain(peak)} pages a second were read from disk`),
    );
  return samples;
}

function oomKills(log: LogEntry['log']): Fact[] {
  const kills = numberOf(log['oom_kills']) ?? 0;
  if (kills <= 0) return [];
  const what = kills === 1 ? 'a process' : `${plain(kills)} processes`;
  const summary = `the kernel killed ${what} for want of memory`;
  return [{ kind: 'oom', of: 'host', about: {}, summary, magnitude: OOM_WEIGHT }];
}

const host = (rule: SeriesRule, value: number, say: Sample['say']): Sample => ({
  rule,
  of: 'host',
  about: {},
  value,
  say,
});

const rose = (what: string, peak: number, usual: number, word = 'usually'): string =>
  `${what} to ${percent(peak)} (${word} ${percent(usual)})`;
