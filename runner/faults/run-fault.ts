import { setTimeout as wait } from 'node:timers/promises';
import { nowMicros } from '../clock.ts';
import { planDecoys, runDecoy } from './decoys.ts';
import type { FaultKind } from './fault-kind.ts';
import type { Target } from './target.ts';
import type { TruthRecord } from './truth.ts';

export interface FaultPlan {
  readonly forMs: number;
  /** As `kind.size.parse` gave it, and as it was written. */
  readonly size: number;
  readonly sizeText: string;
  readonly decoys: number;
  readonly seed: number;
}

/** With decoys it is this much of its time that passes before and after it. */
const MARGIN = 0.5;

/**
 * Does a fault to a node, and decoys around it, until its time is over or `stop`
 * is aborted; then everything is undone. Tells each step by `say`.
 * @returns what really happened. Rejects with a UserError, with nothing left behind, where the fault cannot be
 */
export async function runFault(
  kind: FaultKind,
  target: Target,
  plan: FaultPlan,
  stop: AbortSignal,
  say: (message: string) => void,
): Promise<TruthRecord> {
  const { forMs, size, sizeText, seed } = plan;
  const marginMs = plan.decoys > 0 ? forMs * MARGIN : 0;
  const over = new AbortController();
  const decoyStop = AbortSignal.any([stop, over.signal]);
  const decoys = Promise.all(
    planDecoys(seed, plan.decoys, forMs + 2 * marginMs).map(async (decoy) => {
      await pass(decoy.startMs, decoyStop);
      if (decoyStop.aborted) return [];
      return [await runDecoy(decoy, target.workingFolder, decoyStop)];
    }),
  );
  decoys.catch(() => {}); // is seen below
  try {
    await pass(marginMs, stop);
    const began = nowNano();
    const effect = await kind.begin(target, { forMs, size });
    say(`${effect.what} (${forMs / 1e3} s at most)`);
    await Promise.race([pass(forMs, stop), effect.ended ?? new Promise(() => {})]);
    const { undone, how } = await effect.undo();
    const ended = nowNano();
    say(undone ? `undone: ${how}` : how);
    await pass(marginMs, stop);
    return {
      kind: kind.name,
      node: target.node,
      instance: target.instance,
      nodePids: [...target.pids],
      pids: [...effect.pids],
      ports: target.listens.map(({ port }) => port),
      startTimeUnixNano: began,
      endTimeUnixNano: ended,
      size: sizeText,
      what: effect.what,
      undone,
      how,
      seed,
      decoys: (await decoys).flat(),
    };
  } finally {
    over.abort();
    await decoys.catch(() => {});
  }
}

/** Resolves after so long, or when `stop` is aborted. */
async function pass(ms: number, stop: AbortSignal): Promise<void> {
  if (ms > 0) await wait(ms, undefined, { signal: stop }).catch(() => {});
}

const nowNano = (): string => `${BigInt(nowMicros()) * 1000n}`;
