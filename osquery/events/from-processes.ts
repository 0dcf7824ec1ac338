/**
 * Lines of the node `processes`: the lab's processes, and of the others those
 * that use most, told apart by pid and start (Unix seconds).
 * `{"interval":[s,e],"processes":[{"pid":4711,"started":1795363100.12,"name":"node","node":"payment","instance":"payment@…","state":"S","cpu":0.12,"wait":0.01,"rss":…,"rss_growth":0,"major_faults":0,"read":0,"written":4096,"threads":11,"fds":27,"is_new":false,"was_stopped":false}],"ended":[{"pid":…,"started":…,"name":"…"}]}`
 * `cpu` and `wait` (for a CPU, of the main thread) are seconds a second; bytes; bytes a second.
 */
import type { JsonObject, LogEntry } from '../../log/entry.ts';
import { known, numberOf, objectsOf, partsOfInstance, textOf } from './field.ts';
import type { Change } from './change-detection.ts';
import {
  seriesRule,
  type Fact,
  type Gone,
  type Observation,
  type Sample,
  type SeriesRule,
} from './observation.ts';
import { bytes, percent, plain } from './quantity.ts';
import type { SystemSubject } from './system-event.ts';

/** A process of the lab works; others are not there as long as they are not listed. */
const ABSENT = { past: 0, whenAbsent: 0 };
const MB = 2 ** 20;

const LAB = {
  cpu: seriesRule('lab cpu', 'cpu.hog', { least: 0.4, share: 0.5, looks: 2 }),
  wait: seriesRule('lab wait', 'cpu.starved', { least: 0.15, looks: 2 }),
  growth: seriesRule('lab growth', 'memory.growth', { by: 'growth', least: 96 * MB, slack: MB }),
  written: seriesRule('lab written', 'io.writes', { least: 4 * MB, share: 1, looks: 2 }),
  faults: seriesRule('lab faults', 'memory.pressure', { least: 50, looks: 2 }),
  fds: seriesRule('lab fds', 'process.files', { least: 100, share: 0.5, looks: 2 }),
};
const OTHER = {
  // Several that share the cores have each a part of one only.
  cpu: seriesRule('cpu', 'cpu.hog', { least: 0.1, spread: 0.015, looks: 2, ...ABSENT }),
  growth: seriesRule('growth', 'memory.growth', {
    by: 'growth',
    least: 128 * MB,
    slack: MB,
    ...ABSENT,
  }),
  written: seriesRule('written', 'io.writes', { least: 4 * MB, looks: 2, ...ABSENT }),
};
/** There or not: once is enough. */
const STOPPED = seriesRule('stopped', 'process.stopped', { least: 0.5, past: 0, spread: 0.05 });

/** What a process of the lab that came, went or goes on weighs. */
const LAB_WEIGHT = 10;
const OTHER_WEIGHT = 2;

interface Seen {
  readonly process: JsonObject;
  readonly of: string;
  readonly about: SystemSubject;
  readonly isOfLab: boolean;
  /** It is the node itself, whose begin and end the runner tells. */
  readonly isRoot: boolean;
  /** `payment (pid 4711)`. */
  readonly who: string;
}

/** What a line of `processes` tells. */
export function readProcesses({ log }: LogEntry): Observation[] {
  const seen = objectsOf(log['processes']).flatMap(seenOf);
  const ended = objectsOf(log['ended']).flatMap(seenOf);
  return [
    ...seen.flatMap((one) => [...samplesOf(one), ...started(one), ...continued(one)]),
    ...ended.flatMap(gone),
  ];
}

function seenOf(process: JsonObject): Seen[] {
  const [pid, startSeconds] = [numberOf(process['pid']), numberOf(process['started'])];
  if (pid === undefined || startSeconds === undefined) return [];
  const [name, node] = [textOf(process['name']), textOf(process['node'])];
  const instance = textOf(process['instance']);
  const about = known<SystemSubject>({ pid, process: name, node, instance });
  const isRoot = instance !== undefined && partsOfInstance(instance)?.pid === pid;
  const who = `${node ?? name ?? 'a process'} (pid ${pid})`;
  return [
    { process, of: `${pid}.${startSeconds}`, about, isOfLab: node !== undefined, isRoot, who },
  ];
}

function samplesOf({ process, of, about, isOfLab, who }: Seen): Sample[] {
  const sample = (watched: SeriesRule, key: string, say: (change: Change) => string): Sample[] => {
    const value = numberOf(process[key]);
    return value === undefined ? [] : [{ rule: watched, of, about, value, say }];
  };
  const { cpu, growth, written } = isOfLab ? LAB : OTHER;
  return [
    ...sample(
      cpu,
      'cpu',
      ({ peak, usual }) => `${who} used ${percent(peak)} of a CPU${than(usual)}`,
    ),
    ...sample(growth, 'rss_growth', ({ peak }) => `the memory of ${who} grew by ${bytes(peak)}`),
    ...sample(written, 'written', ({ peak }) => `${who} wrote ${bytes(peak)} a second`),
    ...(isOfLab
      ? [
          ...sample(
            LAB.wait,
            'wait',
            ({ peak, usual }) =>
              `${who} was ready but waited for a CPU ${percent(peak)} of the time${than(usual)}`,
          ),
          ...sample(
            LAB.faults,
            'major_faults',
            ({ peak }) => `${who} waited for ${plain(peak)} pages a second from disk`,
          ),
          ...sample(
            LAB.fds,
            'fds',
            ({ peak, usual }) =>
              `${who} had ${plain(peak)} files and sockets open (usually ${plain(usual)})`,
          ),
        ]
      : []),
    ...stopped(process, of, about, who),
  ];
}

/** The state is of the look, not of the time since the last. */
const isStopped = ({ state }: JsonObject): boolean => state === 'T' || state === 't';

function stopped(process: JsonObject, of: string, about: SystemSubject, who: string): Sample[] {
  const value = isStopped(process) ? 1 : 0;
  return [{ rule: STOPPED, of, about, value, say: () => `${who} was stopped by a signal` }];
}

/** It was not there at the look before. */
function started({ process, of, about, isOfLab, isRoot, who }: Seen): Fact[] {
  if (process['is_new'] !== true || isRoot) return [];
  const magnitude = isOfLab ? LAB_WEIGHT : OTHER_WEIGHT;
  return [{ kind: 'process.start', of, about, summary: `${who} started`, magnitude }];
}

function continued({ process, of, about, isOfLab, who }: Seen): Fact[] {
  if (process['was_stopped'] !== true || isStopped(process)) return [];
  const magnitude = isOfLab ? LAB_WEIGHT : OTHER_WEIGHT;
  return [{ kind: 'process.continued', of, about, summary: `${who} went on`, magnitude }];
}

function gone({ of, about, isOfLab, isRoot, who }: Seen): (Fact | Gone)[] {
  const magnitude = isOfLab ? LAB_WEIGHT : OTHER_WEIGHT;
  const fact = { kind: 'process.exit', of, about, summary: `${who} ended`, magnitude };
  return isRoot ? [{ gone: of }] : [{ gone: of }, fact];
}

const than = (usual: number): string => (usual < 0.005 ? '' : ` (usually ${percent(usual)})`);
