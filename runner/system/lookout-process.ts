/**
 * The process that looks at the system, started by lookout.ts. It goes before
 * others where it may: when CPUs are short, the looks are wanted most.
 */
import process from 'node:process';
import type { JsonObject } from '../../log/entry.ts';
import { Sampler } from '../../osquery/sources/sampler.ts';
import { nowMicros } from '../clock.ts';
import { prioritize } from '../priority.ts';
import { linuxProbes, type SeenLab } from './probes.ts';

/** What it is told: first how to look, later what has changed. */
export type Order =
  | { readonly begin: { readonly everyMs: number; readonly perf: boolean; readonly lab: SeenLab } }
  | { readonly lab: SeenLab }
  | { readonly isPaused: boolean };

/** What it tells: a line of a probe, or, once, that one cannot look. */
export type Told =
  | { readonly probe: string; readonly line: JsonObject }
  | { readonly probe: string; readonly trouble: string };

const PRIORITY = -15;
/** Lines that whoever started this process has not taken; until then nothing is looked at, and the next interval is the longer. */
const MAX_WAITING = 500;

let lab: SeenLab = { processes: [], ports: [] };
let sampler: Sampler | undefined;
let isPaused = false;
let waiting = 0;

process.on('message', (order: Order) => {
  if ('begin' in order) begin(order.begin);
  else if ('lab' in order) lab = withMyself(order.lab);
  else isPaused = order.isPaused;
  resumeOrPause();
});

/** Whoever started this process is gone. */
process.once('disconnect', () => {
  sampler?.close();
  process.exit();
});

function begin({ everyMs, perf, lab: first }: Extract<Order, { begin: unknown }>['begin']): void {
  prioritize(process.pid, PRIORITY);
  lab = withMyself(first);
  sampler = new Sampler({
    probes: linuxProbes(() => lab, perf),
    everyMs,
    nowMicros,
    sink: (probe, line) => tell({ probe, line }),
    onTrouble: (probe, { message }) => tell({ probe, trouble: message }),
  });
  sampler.start();
}

function tell(told: Told): void {
  waiting++;
  process.send?.(told, () => {
    waiting--;
    resumeOrPause();
  });
  resumeOrPause();
}

function resumeOrPause(): void {
  if (isPaused || waiting >= MAX_WAITING) sampler?.pause();
  else sampler?.resume();
}

/** This process is a part of the supervisor. */
function withMyself({ processes, ports }: SeenLab): SeenLab {
  const supervisor = processes.find(({ isSupervisor }) => isSupervisor);
  if (supervisor === undefined) return { processes, ports };
  const { node, instance } = supervisor;
  return { ports, processes: [...processes, { node, instance, pid: process.pid }] };
}
