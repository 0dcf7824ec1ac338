import { numberSize, type FaultKind } from '../fault-kind.ts';
import { tellNode } from '../told.ts';

/** The node refuses what is good, by its command SetFailureRate. */
export const errors: FaultKind = {
  name: 'errors',
  summary: 'the node refuses what is good, by its command SetFailureRate (payment)',
  size: { means: 'share of what is good, 0.01 to 1', usual: '0.9', parse: numberSize(0.01, 1) },
  async begin(target, { forMs, size }) {
    const told = await tellNode(
      target,
      forMs,
      { command: 'SetFailureRate', rate: size },
      // Without a rate: that which it was started with.
      { command: 'SetFailureRate' },
    );
    return {
      ...told,
      pids: [target.pid],
      what: `${target.node} (pid ${target.pid}) refuses ${Math.round(size * 100)} % of what is good`,
    };
  },
};
