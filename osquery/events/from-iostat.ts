/**
 * Lines of the node `iostat`: devices as `iostat -x -o JSON` names their figures
 * (https://github.com/sysstat/sysstat), rates a second, waits in ms, `util` in percent.
 * `{"interval":[s,e],"disk":[{"disk_device":"vda","r/s":0,"w/s":12,"rkB/s":0,"wkB/s":96,"r_await":0,"w_await":0.4,"aqu-sz":0.01,"util":0.8}]}`
 */
import type { LogEntry } from '../../log/entry.ts';
import { numberOf, objectsOf, textOf } from './field.ts';
import type { Sample, SeriesRule } from './observation.ts';
import { bytes, percent, plain } from './quantity.ts';

const WRITES: SeriesRule = device('disk writes', 'io.writes', 8 * 2 ** 20);
const READS: SeriesRule = device('disk reads', 'io.reads', 32 * 2 ** 20);
const BUSY: SeriesRule = device('disk busy', 'io.pressure', 0.5);
const AWAIT: SeriesRule = device('disk await', 'io.slow', 50);
/** Of fewer requests a second a mean wait says nothing. */
const LEAST_REQUESTS = 5;

function device(name: string, kind: string, least: number): SeriesRule {
  return { name, kind, by: 'level', least, spread: least / 10, looks: 2 };
}

/** What a line of `iostat` tells. */
export function readIostat({ log }: LogEntry): Sample[] {
  return objectsOf(log['disk']).flatMap((disk) => {
    const name = textOf(disk['disk_device']);
    if (name === undefined) return [];
    const read = (key: string): number => numberOf(disk[key]) ?? 0;
    const requests = read('r/s') + read('w/s');
    const waited = (read('r/s') * read('r_await') + read('w/s') * read('w_await')) / requests;
    const sample = (rule: SeriesRule, value: number, say: Sample['say']): Sample => ({
      rule,
      of: name,
      about: { device: name },
      value,
      say,
    });
    return [
      sample(WRITES, read('wkB/s') * 1024, ({ peak, usual }) => moved('writes to', peak, usual)),
      sample(READS, read('rkB/s') * 1024, ({ peak, usual }) => moved('reads from', peak, usual)),
      sample(
        BUSY,
        read('util') / 100,
        ({ peak, usual }) =>
          `disk ${name} was busy ${percent(peak)} of the time (usually ${percent(usual)})`,
      ),
      sample(
        AWAIT,
        requests < LEAST_REQUESTS ? 0 : waited,
        ({ peak, usual }) =>
          `requests to disk ${name} took ${plain(peak)} ms (usually ${plain(usual)} ms)`,
      ),
    ];
    function moved(what: string, peak: number, usual: number): string {
      return `${what} disk ${name} rose to ${bytes(peak)} a second (usually ${bytes(usual)})`;
    }
  });
}
