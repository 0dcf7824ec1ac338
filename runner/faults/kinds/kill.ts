import { setTimeout as wait } from 'node:timers/promises';
import { numberSize, type FaultKind, type Undone } from '../fault-kind.ts';
import type { Target } from '../target.ts';

/** A lab waits at most 30 s before it starts a node again, and the start takes a while. */
const BACK_MS = 45_000;

/** SIGKILL to the node's process, which the lab starts again. */
export const kill: FaultKind = {
  name: 'kill',
  summary: "SIGKILL to the node's process; the lab starts it again (restart: on-failure)",
  size: { means: 'how many times within --for, 1 to 5', usual: '1', parse: numberSize(1, 5) },
  async begin(target, { forMs, size }) {
    const pids = [target.pid];
    const stopped = new AbortController();
    target.kill();
    const allBack = async (): Promise<Undone> => {
      for (let result = await comeBack(target); ; result = await comeBack(result.target)) {
        if (!result.undone || pids.length >= size) return result;
        await wait(forMs / size, undefined, { signal: stopped.signal }).catch(() => {});
        if (stopped.signal.aborted) return result;
        pids.push(result.target.pid);
        result.target.kill();
      }
    };
    const ended = allBack();
    return {
      pids,
      what: `${target.node} (pid ${target.pid}) has got SIGKILL`,
      ended,
      undo: () => {
        stopped.abort();
        return ended;
      },
    };
  },
};

/** Resolves when the node has a new process, or has had none for too long; `target` is the last it had. */
export async function comeBack(target: Target): Promise<Undone & { readonly target: Target }> {
  const next = await target.successor(BACK_MS);
  if (next !== undefined) {
    const how = `${target.node} runs again with pid ${next.pid}`;
    return { undone: true, how, target: next };
  }
  const how = `${target.node} was not started again within ${BACK_MS / 1e3} s: does its config have \`restart: on-failure\`?`;
  return { undone: false, how, target };
}
