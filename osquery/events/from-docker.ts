/**
 * Lines of the node `docker`: what became of containers, told by the engine,
 * `{"level":40,"msg":"web-1 die","action":"die","container_node":"web","container.name":"web-1","container.id":"0123456789ab","exit_code":137}`,
 * and their figures,
 * `{"interval":[s,e],"container.name":"web-1","container.id":"…","container_node":"web","cpu":0.4,"memory":…,"memory_limit":…,"read":0,"written":0,"received":0,"sent":0,"pids":11}`
 * (`cpu` in CPUs, bytes, bytes a second).
 */
import type { JsonObject, LogEntry } from '../../log/entry.ts';
import type { Change } from './change-detection.ts';
import { known, nanosOf, numberOf, textOf } from './field.ts';
import type { Interval, Observation, Sample, SeriesRule } from './observation.ts';
import { bytes, percent } from './quantity.ts';
import type { SystemSubject } from './system-event.ts';

const MB = 2 ** 20;

/** What an action is called, says and weighs. */
const ACTIONS: Readonly<Record<string, readonly [kind: string, verb: string, weight: number]>> = {
  start: ['container.start', 'started', 5],
  die: ['container.die', 'ended', 10],
  oom: ['container.oom', 'ran out of memory', 50],
  kill: ['container.kill', 'was sent a signal', 5],
  pause: ['container.pause', 'was paused', 15],
  unpause: ['container.unpause', 'went on after a pause', 5],
  restart: ['container.restart', 'was restarted', 10],
  destroy: ['container.destroy', 'was removed', 5],
};

const CPU: SeriesRule = figure('container cpu', 'cpu.hog', { least: 0.4, share: 0.5 });
const MEMORY: SeriesRule = figure('container memory', 'memory.growth', {
  least: 128 * MB,
  share: 0.3,
});
const FULL: SeriesRule = figure('container limit', 'memory.pressure', {
  least: 0.5,
  looks: 1,
  past: 0,
});
const WRITTEN: SeriesRule = figure('container written', 'io.writes', { least: 8 * MB });

function figure(
  name: string,
  kind: string,
  rest: Partial<SeriesRule> & { readonly least: number },
): SeriesRule {
  return { name, kind, by: 'level', looks: 2, spread: rest.least / 10, ...rest };
}

/** What a line of `docker` tells. */
export function readDocker(entry: LogEntry): Observation[] {
  const { log } = entry;
  const container = textOf(log['container.name']) ?? textOf(log['container.id']);
  if (container === undefined) return [];
  const about = known<SystemSubject>({ container, node: textOf(log['container_node']) });
  const action = textOf(log['action']);
  return action === undefined
    ? figures(log, container, about)
    : actionOf(action, entry, container, about);
}

function actionOf(
  action: string,
  entry: LogEntry,
  container: string,
  about: SystemSubject,
): Observation[] {
  const [name = '', detail] = action.split(': ', 2);
  const fact = { of: container, about, interval: timeOf(entry) };
  if (name === 'health_status') {
    const isGood = detail === 'healthy';
    const summary = `container ${container} became ${isGood ? 'healthy' : 'unhealthy'}`;
    return [{ ...fact, kind: 'container.health', summary, magnitude: isGood ? 5 : 20 }];
  }
  const known = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (known === undefined) return [];
  const [kind, verb, magnitude] = known;
  const code = numberOf(entry.log['exit_code']);
  const how = name === 'die' && code !== undefined ? ` with exit code ${code}` : '';
  return [{ ...fact, kind, summary: `container ${container} ${verb}${how}`, magnitude }];
}

/** From when the engine says that it was to when it was read; the two may have different clocks. */
function timeOf({ ts, time }: LogEntry): Interval {
  const read = nanosOf(ts);
  const saidMs = time === undefined ? Number.NaN : Date.parse(time);
  if (Number.isNaN(saidMs)) return [read, read];
  const said = nanosOf(Math.floor(saidMs) / 1e3);
  return said <= read ? [said, read] : [read, said];
}

function figures(log: JsonObject, container: string, about: SystemSubject): Sample[] {
  const sample = (
    rule: SeriesRule,
    value: number | undefined,
    say: (change: Change) => string,
  ): Sample[] => (value === undefined ? [] : [{ rule, of: container, about, value, say }]);
  const [memory, limit] = [numberOf(log['memory']), numberOf(log['memory_limit'])];
  const isFull = memory !== undefined && limit !== undefined && limit > 0 && memory > 0.95 * limit;
  return [
    ...sample(
      CPU,
      numberOf(log['cpu']),
      ({ peak, usual }) =>
        `container ${container} used ${percent(peak)} of a CPU (usually ${percent(usual)})`,
    ),
    ...sample(
      MEMORY,
      memory,
      ({ peak, usual }) =>
        `the memory of container ${container} rose from ${bytes(usual)} to ${bytes(peak)}`,
    ),
    ...sample(FULL, isFull ? 1 : 0, () => `container ${container} was at its memory limit`),
    ...sample(
      WRITTEN,
      numberOf(log['written']),
      ({ peak }) => `container ${container} wrote ${bytes(peak)} a second`,
    ),
  ];
}
