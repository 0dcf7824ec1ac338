import { availableParallelism, getPriority, setPriority } from 'node:os';
import type { Effect } from './fault-kind.ts';
import { allowedCpus } from './proc.ts';
import type { Target } from './target.ts';
import { Worker, type WorkerOptions } from './worker.ts';

/** Before others, but not alone: a node then has about a tenth of a CPU that it shares with one of these. */
const FIRST: WorkerOptions = { priority: -10 };

/** Whether this process may have others go before the rest, as root may: tried on itself. */
export function mayGoFirst(): boolean {
  const usual = getPriority();
  try {
    setPriority(usual - 1);
    setPriority(usual);
    return true;
  } catch {
    return false;
  }
}

/** How many CPUs the node may run on. */
export const cpusOf = (target: Target): number =>
  allowedCpus(target.pid)?.count ?? availableParallelism();

/**
 * Several workers with the same order on the CPUs that the node may run on, so
 * that a machine with many others hurts it as much as a small one.
 */
export async function startCrew(
  target: Target,
  script: URL,
  count: number,
  order: { readonly forMs: number } & Readonly<Record<string, unknown>>,
): Promise<Worker[]> {
  const cpus = allowedCpus(target.pid)?.list;
  const options = { ...FIRST, ...(cpus !== undefined && { cpus }) };
  const workers: Worker[] = [];
  try {
    while (workers.length < count) workers.push(await Worker.start(script, order, options));
    return workers;
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.stop()));
    throw error;
  }
}

/** What such workers do goes on until the last has ended or all are stopped. */
export function crewEffect(workers: readonly Worker[], what: string): Effect {
  const pids = workers.map(({ pid }) => pid);
  return {
    pids,
    what: `${workers.length} processes (pid ${pids.join(', ')}) ${what}`,
    ended: Promise.all(workers.map(({ ended }) => ended)),
    async undo() {
      await Promise.all(workers.map((worker) => worker.stop()));
      return { undone: true, how: `the ${workers.length} processes have ended` };
    },
  };
}
