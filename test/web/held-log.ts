import { parseFirehoseLine } from '../../log/wire.ts';
import type { LogAccess } from '../../web/log-access.ts';

const BLOCK_LINES = 4;

/** Lines in memory as a log; more may be added to the list. */
export function logOf(lines: string[]): LogAccess {
  const entries = () => lines.map((line) => parseFirehoseLine(line));
  return {
    state: async () => {
      const nodes = Map.groupBy(
        entries().filter((entry) => entry !== undefined),
        ({ node }) => node,
      );
      return {
        first: 0,
        next: lines.length,
        nodes: [...nodes].map(([node, said]) => ({ node, lines: said.length })),
        readShare: 1,
      };
    },
    block: async (line) => {
      const first = Math.floor(line / BLOCK_LINES) * BLOCK_LINES;
      const held = lines.slice(first, first + BLOCK_LINES);
      return line < 0 || line >= lines.length ? undefined : { first, lines: held };
    },
    find: async (instance, seq) => {
      const at = entries().findIndex((entry) => entry?.instance === instance && entry.seq === seq);
      return at === -1 ? undefined : at;
    },
    at: async (ts) => {
      const at = entries().findIndex((entry) => entry !== undefined && entry.ts >= ts);
      return at === -1 ? lines.length : at;
    },
  };
}
