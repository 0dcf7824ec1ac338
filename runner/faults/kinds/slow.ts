import { parseSeconds } from '../../units.ts';
import type { FaultKind } from '../fault-kind.ts';
import { tellNode } from '../told.ts';

const MAX_MS = 60_000;

/** The node answers later, by its command SetDelay. */
export const slow: FaultKind = {
  name: 'slow',
  summary: 'the node answers later, by its command SetDelay (payment)',
  size: {
    means: 'time for each answer, such as 500ms; at most 1m',
    usual: '500ms',
    parse: (text) => {
      const ms = Math.round((parseSeconds(text) ?? Number.NaN) * 1e3);
      return ms >= 1 && ms <= MAX_MS ? ms : undefined;
    },
  },
  async begin(target, { forMs, size }) {
    const told = await tellNode(
      target,
      forMs,
      { command: 'SetDelay', ms: size },
      { command: 'SetDelay', ms: 0 },
    );
    return {
      ...told,
      pids: [target.pid],
      what: `${target.node} (pid ${target.pid}) answers ${size} ms later`,
    };
  },
};
