import { UserError } from '../../user-error.ts';
import type { FaultKind } from '../fault-kind.ts';
import { Worker } from '../worker.ts';
import { comeBack } from './kill.ts';

/** After its process's death a port is free at once. */
const TAKEN_MS = 2_000;

/** The node is killed, and another process has its port when it is started again. */
export const port: FaultKind = {
  name: 'port',
  summary: 'SIGKILL to the node, and another server on its port when it comes back',
  size: { means: 'nothing', usual: '', parse: () => undefined },
  async begin(target, { forMs }) {
    const { port, host } = target.listener;
    const worker = await Worker.start(new URL('../workers/listen.ts', import.meta.url), {
      forMs,
      port,
      host,
    });
    await worker.answer(); // it is trying
    target.kill();
    const taken = await Promise.race([worker.answer(), timeout(TAKEN_MS)]);
    if (taken === undefined) {
      await worker.stop();
      await comeBack(target);
      throw new UserError(`port: ${host}:${port} could not be taken from ${target.node}`);
    }
    return {
      pids: [worker.pid, target.pid],
      what: `port ${port} of ${target.node} (pid ${target.pid}, killed) is held by pid ${worker.pid}`,
      ended: worker.ended,
      async undo() {
        await worker.stop();
        return comeBack(target);
      },
    };
  },
};

const timeout = (ms: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
