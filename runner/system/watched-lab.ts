import type { Source } from '../../log/firehose.ts';
import type { LabProcess } from '../../osquery/sources/lab-process.ts';
import type { NodeSpec } from '../config.ts';
import type { Supervisor } from '../supervisor.ts';
import type { WatchedLab } from './sources.ts';

/** The processes that run, this one among them, and the ports that the nodes listen on. */
export function watchedLab(
  specs: readonly NodeSpec[],
  supervisor: Pick<Supervisor, 'children'>,
  driver: Pick<Source, 'instance'>,
): WatchedLab {
  const { instance } = driver;
  const self: LabProcess = { node: 'driver', instance, pid: process.pid, isSupervisor: true };
  return {
    processes: () => [self, ...supervisor.children.filter(({ hasExited }) => !hasExited)],
    ports: specs.flatMap(({ name, port }) => (port === undefined ? [] : { node: name, port })),
  };
}
