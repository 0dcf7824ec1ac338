import { UserError } from '../../user-error.ts';
import type { FaultKind } from '../fault-kind.ts';
import { Worker } from '../worker.ts';

/** SIGSTOP to the node's processes, SIGCONT at the end, whatever ends it. */
export const pause: FaultKind = {
  name: 'pause',
  summary: "SIGSTOP to the node's processes, and SIGCONT at the end",
  size: { means: 'nothing', usual: '', parse: () => undefined },
  async begin({ node, pids }, { forMs }) {
    if (process.platform === 'win32') throw new UserError('pause: Windows has no SIGSTOP');
    const worker = await Worker.start(new URL('../workers/hold.ts', import.meta.url), {
      forMs,
      pids,
    });
    if ((await worker.answer()) === undefined) throw new UserError(`pause: ${node} is gone`);
    return {
      pids,
      what: `${node} (pid ${pids.join(', ')}) is stopped`,
      ended: worker.ended,
      async undo() {
        await worker.stop();
        return { undone: true, how: `${node} goes on` };
      },
    };
  },
};
