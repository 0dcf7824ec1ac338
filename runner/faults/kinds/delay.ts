import { execa } from 'execa';
import { UserError } from '../../user-error.ts';
import { numberSize, type FaultKind } from '../fault-kind.ts';
import { inNamespaceOf } from '../packet-rules.ts';
import { networkNamespace } from '../proc.ts';
import type { Target } from '../target.ts';
import { Worker } from '../worker.ts';

/** The queue's handle, and the band that only the node's packets come to: prio's own map has three. */
const QUEUE = '1:';
const BAND = '1:4';

/**
 * Packets of the node's port wait, by tc's netem (tc-netem(8)). A queue belongs
 * to a whole network device, so the lab must have loopback for itself.
 */
export const delay: FaultKind = {
  name: 'delay',
  summary: "packets of the node's port wait (needs netem, in a network namespace of the lab's own)",
  size: {
    means: 'milliseconds for each packet, 1 to 5000',
    usual: '100',
    parse: numberSize(1, 5000, 'ms'),
  },
  async begin(target, { forMs, size }) {
    const { port } = target.listener;
    if (!hasNamespaceOfItsOwn(target)) {
      throw new UserError(
        "delay: would slow everything on this machine's loopback: start the lab in a network namespace of its own, " +
          "such as `unshare -rn sh -c 'ip link set lo up && npm start'`",
      );
    }
    // Fails where there is a queue already: that one is not ours to take away.
    await tc(target, `qdisc add dev lo root handle ${QUEUE} prio bands 4`);
    const worker = await Worker.start(new URL('../workers/last.ts', import.meta.url), {
      forMs,
      command: inNamespaceOf(target, ['tc', 'qdisc', 'delete', 'dev', 'lo', 'root']),
    });
    await worker.answer();
    try {
      await tc(target, `qdisc add dev lo parent ${BAND} netem delay ${Math.round(size)}ms`);
      const filter = `filter add dev lo parent ${QUEUE} protocol ip prio 1 u32 match ip`;
      for (const side of ['dport', 'sport']) {
        await tc(target, `${filter} ${side} ${port} 0xffff flowid ${BAND}`);
      }
    } catch (error) {
      await worker.stop();
      throw error;
    }
    return {
      pids: [worker.pid],
      what: `packets of port ${port} wait ${size} ms`,
      ended: worker.ended,
      async undo() {
        await worker.stop();
        return { undone: true, how: `packets of port ${port} pass at once again` };
      },
    };
  },
};

/** Whether its network is another than this process's or than that of the machine's first one, whom not all may ask. */
function hasNamespaceOfItsOwn({ labPid }: Target): boolean {
  const ofLab = networkNamespace(labPid);
  if (ofLab === undefined) return false;
  return ofLab !== networkNamespace('self') || ofLab !== (networkNamespace(1) ?? ofLab);
}

/** Rejects with a UserError that has what tc said. */
async function tc(target: Target, text: string): Promise<void> {
  const [program, ...args] = inNamespaceOf(target, ['tc', ...text.split(' ')]);
  const options = { reject: false, stdin: 'ignore' } as const;
  const { failed, stderr, shortMessage } = await execa(program, args, options);
  if (!failed) return;
  throw new UserError(
    `delay: needs tc, the right to use it and a kernel with netem (CONFIG_NET_SCH_NETEM); \`tc ${text}\` said: ${stderr.trim() || shortMessage}`,
  );
}
