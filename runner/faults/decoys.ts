import { createServer } from 'node:net';
import { nowMicros } from '../clock.ts';
import { dice } from './dice.ts';
import type { DecoyRecord } from './truth.ts';
import { Worker } from './worker.ts';

/** Something harmless to do, when, and how large: 0 to 1. */
interface DecoyPlan {
  readonly kind: keyof typeof DECOYS;
  readonly startMs: number;
  readonly forMs: number;
  readonly roll: number;
}

/** After all others: what a node does comes first. */
const LAST = { priority: 19 };
const FILE_BYTES = 2 ** 20;
const SHORTEST_MS = 1_000;
const LONGEST_MS = 3_000;

/** What the seed has happen within `spanMs`: the same for the same arguments. */
export function planDecoys(seed: number, count: number, spanMs: number): DecoyPlan[] {
  const roll = dice(seed);
  const kinds = Object.keys(DECOYS) as (keyof typeof DECOYS)[];
  return Array.from({ length: count }, () => {
    const forMs = Math.min(spanMs, SHORTEST_MS + roll() * (LONGEST_MS - SHORTEST_MS));
    return {
      kind: kinds[Math.floor(roll() * kinds.length)] ?? 'cpu',
      startMs: roll() * (spanMs - forMs),
      forMs,
      roll: roll(),
    };
  });
}

/**
 * Does one decoy: an event of the same kind as a fault, in a process that has
 * nothing to do with any node. Resolves when it is over, at once when it is stopped.
 */
export async function runDecoy(
  { kind, forMs, roll }: DecoyPlan,
  folder: string,
  stop: AbortSignal,
): Promise<DecoyRecord> {
  const startTimeUnixNano = nowNano();
  const workers = await DECOYS[kind](forMs, roll, folder);
  const stopped = new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
  const [doer] = workers;
  if (!stop.aborted) await Promise.race([doer.ended, stopped]);
  for (const worker of workers.toReversed()) await worker.stop();
  return { kind, pids: [doer.pid], startTimeUnixNano, endTimeUnixNano: nowNano() };
}

const script = (name: string): URL => new URL(`workers/${name}.ts`, import.meta.url);
const idle = (forMs: number): Promise<Worker> =>
  Worker.start(script('burn'), { forMs, share: 0.01 }, LAST);

type Decoy = (
  forMs: number,
  roll: number,
  folder: string,
) => Promise<readonly [doer: Worker, ...Worker[]]>;

/** The end of the first process is the decoy's end. */
const DECOYS = {
  cpu: async (forMs, roll) => [
    await Worker.start(script('burn'), { forMs, share: 0.2 + roll * 0.3 }, LAST),
  ],

  memory: async (forMs, roll) => {
    const bytes = Math.round((16 + roll * 48) * 2 ** 20);
    const order = { forMs, bytes, growMs: forMs / 2, share: 0.02, reserveBytes: 2 ** 30 };
    return [await Worker.start(script('grow'), order, LAST)];
  },

  disk: async (forMs, roll, folder) => {
    const bytes = Math.round((4 + roll * 12) * 2 ** 20);
    const order = { forMs, folder, bytes, files: 1, fileBytes: FILE_BYTES, restMs: 5 };
    return [await Worker.start(script('write'), order, LAST)];
  },

  /** It lives for a while first: one that is killed was there before. */
  kill: async (forMs) => {
    const worker = await idle(forMs * 2);
    const timer = setTimeout(() => worker.kill(), forMs);
    void worker.ended.then(() => clearTimeout(timer));
    return [worker];
  },

  pause: async (forMs) => {
    const worker = await idle(forMs);
    const holder = await Worker.start(script('hold'), { forMs: forMs / 2, pids: [worker.pid] });
    await holder.answer();
    return [worker, holder];
  },

  port: async (forMs) => {
    const order = { forMs, port: await freePort(), host: '127.0.0.1' };
    return [await Worker.start(script('listen'), order, LAST)];
  },
} satisfies Record<string, Decoy>;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address === null || typeof address === 'string' ? 0 : address.port;
      server.close(() => resolve(port));
    });
  });
}

const nowNano = (): string => `${BigInt(nowMicros()) * 1000n}`;
