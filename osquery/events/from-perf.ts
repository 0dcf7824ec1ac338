/**
 * Lines of the node `perf`: where the lab's processes spent their CPU time in
 * the interval, as shares of all samples of the process, the largest first.
 * `{"interval":[s,e],"processes":[{"pid":4711,"node":"payment","instance":"payment@…","samples":495,"symbols":[{"symbol":"v8::internal::JsonParse","share":0.31}]}]}`
 */
import type { JsonObject, LogEntry } from '../../log/entry.ts';
import { known, numberOf, objectsOf, textOf } from './field.ts';
import type { Sample, SeriesRule } from './observation.ts';
import { percent } from './quantity.ts';
import type { SystemSubject } from './system-event.ts';

const HOT: SeriesRule = {
  name: 'symbol',
  kind: 'cpu.symbol',
  by: 'level',
  least: 0.25,
  spread: 0.025,
  looks: 1,
  whenAbsent: 0,
};
/** Fewer samples make no share. */
const LEAST_SAMPLES = 50;

/** What a line of `perf` tells. */
export function readPerf({ log }: LogEntry): Sample[] {
  return objectsOf(log['processes']).flatMap(samplesOf);
}

function samplesOf(process: JsonObject): Sample[] {
  const pid = numberOf(process['pid']);
  if (pid === undefined || (numberOf(process['samples']) ?? 0) < LEAST_SAMPLES) return [];
  const node = textOf(process['node']);
  const about = known<SystemSubject>({ pid, node, instance: textOf(process['instance']) });
  return objectsOf(process['symbols']).flatMap((row) => {
    const [symbol, value] = [textOf(row['symbol']), numberOf(row['share'])];
    if (symbol === undefined || value === undefined) return [];
    const say: Sample['say'] = ({ peak, usual }) =>
      `${node ?? 'a process'} (pid ${pid}) spent ${percent(peak)} of its CPU time in ${symbol} (usually ${percent(usual)})`;
    return { rule: HOT, of: `${pid} ${symbol}`, about, value, say };
  });
}
