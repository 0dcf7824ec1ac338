import { FAULT_KINDS } from '../../../runner/faults/kinds.ts';
import { runFault, type FaultPlan } from '../../../runner/faults/run-fault.ts';
import { Target } from '../../../runner/faults/target.ts';
import type { PracticeLab } from './practice-lab.ts';

/** Begins a fault; `begun` resolves with what is said then, `record` once it is undone, which `stop` has it be. */
export function beginFault(lab: PracticeLab, name: string, plan: Partial<FaultPlan> = {}) {
  const kind = FAULT_KINDS.find((kind) => kind.name === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  const sizeText = plan.sizeText ?? kind.size.usual;
  const size = plan.size ?? kind.size.parse(sizeText) ?? 0;
  const stop = new AbortController();
  const begun = Promise.withResolvers<string>();
  const record = runFault(
    kind,
    new Target(lab.folder, 'shop'),
    { forMs: 30_000, decoys: 0, seed: 1, ...plan, size, sizeText },
    stop.signal,
    begun.resolve,
  );
  record.catch(begun.reject);
  begun.promise.catch(() => {}); // not all who wait for the record wait for this
  return { record, begun: begun.promise, stop: () => stop.abort() };
}
