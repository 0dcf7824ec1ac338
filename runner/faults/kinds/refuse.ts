import { UserError } from '../../user-error.ts';
import type { Effect, FaultKind, FaultOrder } from '../fault-kind.ts';
import { PacketRules } from '../packet-rules.ts';
import type { Target } from '../target.ts';
import { tellNode } from '../told.ts';

/**
 * Connections to the node's port are refused, and those that are there are
 * reset, while its process lives: by the packet filter, of which the node knows
 * nothing; who may not change that has the node close its socket by a command.
 */
export const refuse: FaultKind = {
  name: 'refuse',
  summary: "connections to the node's port are refused while its process lives",
  size: { means: 'nothing', usual: '', parse: () => undefined },
  async begin(target, order) {
    try {
      return await byPacketFilter(target);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return byCommand(target, order, error);
    }
  },
};

async function byPacketFilter(target: Target): Promise<Effect> {
  const { port } = target.listener;
  const rules = await PacketRules.start(target, 'refuse', [
    `tcp dport ${port} reject with tcp reset`,
  ]);
  return {
    pids: [rules.pid],
    what: `connections to port ${port} of ${target.node} are refused`,
    ended: rules.ended,
    async undo() {
      await rules.stop();
      return { undone: true, how: `port ${port} can be reached again` };
    },
  };
}

async function byCommand(
  target: Target,
  { forMs }: FaultOrder,
  notPermitted: UserError,
): Promise<Effect> {
  try {
    const told = await tellNode(
      target,
      forMs,
      { command: 'StopListening' },
      { command: 'StartListening' },
    );
    const what = `${target.node} (pid ${target.pid}) has closed its socket`;
    return { ...told, pids: [target.pid], what };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${notPermitted.message}; and ${error.message}`);
  }
}
