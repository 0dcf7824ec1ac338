import { numberSize, type FaultKind } from '../fault-kind.ts';
import { PacketRules } from '../packet-rules.ts';

/** Packets to and from the node's port are dropped by chance; TCP sends them again, later. */
export const loss: FaultKind = {
  name: 'loss',
  summary: "packets of the node's port are lost by chance (needs nft and its rights)",
  size: { means: 'percent of packets, 1 to 90', usual: '30', parse: numberSize(1, 90, '%') },
  async begin(target, { size }) {
    const { port } = target.listener;
    const rules = await PacketRules.start(
      target,
      'loss',
      ['dport', 'sport'].map(
        (side) => `tcp ${side} ${port} numgen random mod 1000 < ${Math.round(size * 10)} drop`,
      ),
    );
    return {
      pids: [rules.pid],
      what: `${size} % of the packets to and from port ${port} are lost`,
      ended: rules.ended,
      async undo() {
        await rules.stop();
        return { undone: true, how: `packets of port ${port} pass again` };
      },
    };
  },
};
