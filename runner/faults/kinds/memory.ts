import { freemem } from 'node:os';
import { parseBytes } from '../../units.ts';
import { UserError } from '../../user-error.ts';
import { cpusOf, crewEffect, startCrew } from '../crew.ts';
import type { FaultKind } from '../fault-kind.ts';
import { memoryAvailable } from '../proc.ts';

/** Of what is available, at most; the rest is the machine's. */
const MAX_SHARE = 0.5;
const MAX_BYTES = 64 * 2 ** 30;

/** Processes that grow, a CPU each, and use all they have over and over. */
export const memory: FaultKind = {
  name: 'memory',
  summary: 'processes that take memory and use all of it over and over',
  size: {
    means: 'bytes in all, such as 512MB; at most half of what is available',
    usual: '1GB',
    parse: (text) => {
      const bytes = parseBytes(text);
      return bytes !== undefined && bytes >= 2 ** 20 && bytes <= MAX_BYTES ? bytes : undefined;
    },
  },
  async begin(target, { forMs, size }) {
    const available = memoryAvailable() ?? freemem();
    const most = Math.floor(available * MAX_SHARE);
    if (size > most) {
      throw new UserError(
        `memory: ${megabytes(size)} is more than half of the ${megabytes(available)} available: expected --size ${megabytes(most)} or less`,
      );
    }
    const count = cpusOf(target);
    const workers = await startCrew(target, new URL('../workers/grow.ts', import.meta.url), count, {
      forMs,
      bytes: Math.floor(size / count),
      growMs: forMs / 2,
      share: 1,
      // Others may take memory at the same time.
      reserveBytes: available - most,
    });
    return crewEffect(workers, `take ${megabytes(size)} of memory and use it`);
  },
};

const megabytes = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)}MB`;
