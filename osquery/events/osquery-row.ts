/**
 * What a row of an osquery table tells, whatever the query was called: the
 * table is known by its columns (https://osquery.io/schema).
 */
import type { JsonObject } from '../../log/entry.ts';
import { known, nanosOf, numberOf, textOf } from './field.ts';
import {
  seriesRule,
  type Fact,
  type Interval,
  type Sample,
  type SeriesRule,
} from './observation.ts';
import { bytes, percent, plain } from './quantity.ts';
import type { SystemSubject } from './system-event.ts';

/** How the row came: as a part of a whole answer, or as what differs from the last. */
export type RowAction = 'snapshot' | 'first' | 'added' | 'removed';

/** Gives a counter's growth a second since the look before; undefined at the first look. */
export type RateOf = (key: string, count: number) => number | undefined;

const MB = 2 ** 20;
const WEIGHT = { process: 2, port: 3, mount: 5, container: 10, user: 2, refused: 5 } as const;

const CPU = seriesRule('osquery cpu', 'cpu.hog', { least: 0.3 });
const RESIDENT = seriesRule('osquery resident', 'memory.growth', { least: 128 * MB, share: 0.5 });
const WRITTEN = seriesRule('osquery written', 'io.writes', { least: 8 * MB });
const USED = seriesRule('osquery memory', 'memory.growth', { least: 0.08 });
const LOAD = seriesRule('osquery load', 'cpu.busy', { least: 2, share: 1 });
const FULL = seriesRule('osquery disk', 'disk.full', { least: 0.5, spread: 0.05, past: 0 });
/** A file system with less room than that is as good as full. */
const LEAST_FREE = 0.03;

/**
 * @param within the time in which what differs from the last answer has changed
 * @returns what the row tells; nothing for tables that are not watched
 */
export function readRow(
  row: JsonObject,
  action: RowAction,
  within: Interval,
  rateOf: RateOf,
): (Sample | Fact)[] {
  const has = (...columns: string[]): boolean =>
    columns.every((column) => Object.hasOwn(row, column));
  const isSeen = action !== 'removed';
  if (has('success', 'remote_address')) return refusedConnection(row);
  if (has('port', 'pid')) return changed(row, action, 'port', portFact);
  if (has('remote_port', 'local_port')) return [];
  if (has('blocks', 'blocks_available')) return isSeen ? diskSample(row) : [];
  if (has('device', 'path', 'type')) return changed(row, action, 'mount', mountFact);
  if (has('memory_total', 'memory_available')) return isSeen ? memorySample(row) : [];
  if (has('period', 'average')) return isSeen ? loadSample(row) : [];
  if (has('image', 'state', 'name')) return changed(row, action, 'container', containerFact);
  if (has('user', 'tty')) return changed(row, action, 'user', userFact);
  if (!has('pid')) return [];
  const isMeasured = METRICS.some((column) => has(column));
  if (isMeasured) return isSeen ? processSamples(row, rateOf) : [];
  return changed(row, action, 'process', (process, isThere) =>
    processFact(process, isThere, within),
  );
}

const METRICS = ['resident_size', 'user_time', 'system_time', 'disk_bytes_written'];

type Told = Omit<Fact, 'magnitude'>;

/** What differs from the last answer has happened since; the first answer tells what has been. */
function changed(
  row: JsonObject,
  action: RowAction,
  what: keyof typeof WEIGHT,
  tell: (row: JsonObject, isThere: boolean) => Told | undefined,
): Fact[] {
  if (action === 'snapshot' || action === 'first') return [];
  const told = tell(row, action === 'added');
  return told === undefined ? [] : [{ ...told, magnitude: WEIGHT[what] }];
}

function processFact(row: JsonObject, isThere: boolean, within: Interval): Told | undefined {
  const about = processOf(row);
  if (about.pid === undefined) return undefined;
  const told = {
    kind: isThere ? 'process.start' : 'process.exit',
    of: `${about.pid}`,
    about,
    summary: `${whoIs(about)} ${isThere ? 'started' : 'ended'}`,
  };
  const seconds = numberOf(row['start_time']);
  if (!isThere || seconds === undefined || seconds < 0 || seconds > 1e11) return told;
  const started: Interval = [nanosOf(seconds), nanosOf(seconds + 1) - 1n];
  const isWithin = started[1] >= within[0] && started[0] <= within[1];
  return isWithin ? { ...told, interval: started } : told;
}

function portFact(row: JsonObject, isThere: boolean): Told | undefined {
  const port = numberOf(row['port']);
  // Unix sockets are listed with port 0.
  if (port === undefined || port <= 0) return undefined;
  const about = known<SystemSubject>({ ...processOf(row), port });
  const verb = isThere ? 'began to listen' : 'listened no more';
  return {
    kind: isThere ? 'port.opened' : 'port.closed',
    of: `${port} ${about.pid ?? ''}`,
    about,
    summary: `${whoIs(about)} ${verb} on port ${port}`,
  };
}

function mountFact(row: JsonObject, isThere: boolean): Told | undefined {
  const [device, path] = [textOf(row['device']), textOf(row['path'])];
  if (path === undefined) return undefined;
  return {
    kind: isThere ? 'mount.added' : 'mount.removed',
    of: path,
    about: known<SystemSubject>({ device: device ?? path }),
    summary: `${path} was ${isThere ? 'mounted' : 'unmounted'}`,
  };
}

function containerFact(row: JsonObject, isThere: boolean): Told | undefined {
  const container = textOf(row['name'])?.replace(/^\//, '');
  const state = textOf(row['state']);
  // That the row before is removed tells nothing more.
  if (container === undefined || state === undefined || !isThere) return undefined;
  const summary = `container ${container} is ${state}`;
  return { kind: 'container.state', of: container, about: { container }, summary };
}

function userFact(row: JsonObject, isThere: boolean): Told | undefined {
  const user = textOf(row['user']);
  if (user === undefined) return undefined;
  const kind = isThere ? 'user.login' : 'user.logout';
  const of = `${user} ${textOf(row['tty']) ?? ''}`;
  return { kind, of, about: {}, summary: `${user} logged ${isThere ? 'in' : 'out'}` };
}

/** `socket_events` tells of each connect, also of those that failed. */
function refusedConnection(row: JsonObject): Fact[] {
  if (numberOf(row['success']) !== 0 || row['action'] !== 'connect') return [];
  const [address, port] = [textOf(row['remote_address']), numberOf(row['remote_port'])];
  const peer = `${address}${port === undefined ? '' : `:${port}`}`;
  const about = known<SystemSubject>({ ...processOf(row), peer });
  const summary = `${whoIs(about)} could not connect to ${peer}`;
  return [{ kind: 'network.refused', of: peer, about, summary, magnitude: WEIGHT.refused }];
}

function processSamples(row: JsonObject, rateOf: RateOf): Sample[] {
  const about = processOf(row);
  const { pid } = about;
  if (pid === undefined) return [];
  const of = `${pid} ${numberOf(row['start_time']) ?? ''}`;
  const sample = (watched: SeriesRule, value: number | undefined, say: Sample['say']): Sample[] =>
    value === undefined ? [] : [{ rule: watched, of, about, value, say }];
  const rate = (name: string, count: number | undefined): number | undefined =>
    count === undefined ? undefined : rateOf(`${name} ${of}`, count);
  const cpuMs = sum(numberOf(row['user_time']), numberOf(row['system_time']));
  const cpu = rate('cpu', cpuMs);
  return [
    ...sample(
      CPU,
      cpu === undefined ? undefined : cpu / 1e3,
      ({ peak }) => `${whoIs(about)} used ${percent(peak)} of a CPU`,
    ),
    ...sample(
      RESIDENT,
      numberOf(row['resident_size']),
      ({ peak, usual }) =>
        `the memory of ${whoIs(about)} rose from ${bytes(usual)} to ${bytes(peak)}`,
    ),
    ...sample(
      WRITTEN,
      rate('written', numberOf(row['disk_bytes_written'])),
      ({ peak }) => `${whoIs(about)} wrote ${bytes(peak)} a second`,
    ),
  ];
}

const sum = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);

function memorySample(row: JsonObject): Sample[] {
  const [total, available] = [numberOf(row['memory_total']), numberOf(row['memory_available'])];
  if (total === undefined || available === undefined || total <= 0) return [];
  const say: Sample['say'] = ({ peak, usual }) =>
    `the machine's memory in use rose to ${percent(peak)} (from ${percent(usual)})`;
  return [{ rule: USED, of: 'host', about: {}, value: 1 - available / total, say }];
}

function loadSample(row: JsonObject): Sample[] {
  const [period, value] = [textOf(row['period']), numberOf(row['average'])];
  if (period !== '1m' || value === undefined) return [];
  const say: Sample['say'] = ({ peak, usual }) =>
    `the machine's load rose to ${plain(peak)} (usually ${plain(usual)})`;
  return [{ rule: LOAD, of: 'host', about: {}, value, say }];
}

function diskSample(row: JsonObject): Sample[] {
  const [blocks, available] = [numberOf(row['blocks']), numberOf(row['blocks_available'])];
  const path = textOf(row['path']);
  if (path === undefined || blocks === undefined || available === undefined || blocks <= 0)
    return [];
  const about = known<SystemSubject>({ device: textOf(row['device']) ?? path });
  const value = available / blocks < LEAST_FREE ? 1 : 0;
  return [{ rule: FULL, of: path, about, value, say: () => `the file system ${path} is full` }];
}

/** Who cannot be seen has the pid -1 there. */
function pidOf(row: JsonObject): number | undefined {
  const pid = numberOf(row['pid']);
  return pid !== undefined && pid > 0 ? pid : undefined;
}

const processOf = (row: JsonObject): SystemSubject =>
  known<SystemSubject>({
    pid: pidOf(row),
    process: textOf(row['name']) ?? textOf(row['path'])?.split('/').at(-1),
  });

const whoIs = ({ pid, process }: SystemSubject): string =>
  `${process ?? 'a process'} (pid ${pid ?? 'unknown'})`;
