import type { Source } from '../../log/firehose.ts';
import type { LabProcess } from '../../osquery/sources/lab-process.ts';
import type { NodeSpec } from '../config.ts';
import type { Supervisor } from '../supervisor.ts';
import type { SeenLab } from './probes.ts';

/** The processes that run, this one among them, and the ports that the nodes listen on; as they are at each call. */
export function watchedLab(
  specs: readonly NodeSpec[],
  supervisor: Pick<Supervisor, 'children'>,
  driver: Pick<Source, 'instance'>,
): () => SeenLab {
  const { instance } = driver;
  const self: LabProcess = { node: 'driver', instance, pid: process.pid, isSupervisor: true };
  const ports = specs.flatMap(({ name, port }) => (port === undefined ? [] : { node: name, port }));
  const nodes = (): LabProcess[] =>
    supervisor.children
      .filter(({ hasExited }) => !hasExited)
      .map((child) => ({ node: child.node, instance: child.instance, pid: child.pid }));
  return () => ({ processes: [self, ...nodes()], ports });
}
