import { cpusOf, crewEffect, mayGoFirst, startCrew } from '../crew.ts';
import { numberSize, type FaultKind } from '../fault-kind.ts';

/** Where they have to share evenly it takes so many times as many. */
const WITHOUT_PRIORITY = 4;

/** Busy processes before the node on all CPUs that it may run on. */
export const cpu: FaultKind = {
  name: 'cpu',
  summary: 'busy processes on the CPUs the node runs on',
  size: { means: 'processes for each CPU, 1 to 8', usual: '3', parse: numberSize(1, 8) },
  async begin(target, { forMs, size }) {
    const script = new URL('../workers/burn.ts', import.meta.url);
    const count = Math.round(size * cpusOf(target) * (mayGoFirst() ? 1 : WITHOUT_PRIORITY));
    const workers = await startCrew(target, script, count, { forMs, share: 1 });
    return crewEffect(workers, `are busy on the ${cpusOf(target)} CPUs of ${target.node}`);
  },
};
