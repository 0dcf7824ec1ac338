/**
 * Lines of the node `pressure`, from the kernel's pressure stall information
 * (https://docs.kernel.org/accounting/psi.html): which share of the interval
 * somebody (`some`) or everybody (`full`) waited for it.
 * `{"interval":[s,e],"host":{"cpu":{"some":0.02},"memory":{"some":0,"full":0},"io":{…}},"cgroup":{…}}`
 */
import type { LogEntry } from '../../log/entry.ts';
import { numberOf, objectOf } from './field.ts';
import type { Sample, SeriesRule } from './observation.ts';
import { percent } from './quantity.ts';

const WATCHED: Readonly<Record<string, { what: string; word: string; rule: SeriesRule }>> = {
  cpu: { what: 'some', word: 'a CPU', rule: pressure('cpu', 0.35) },
  memory: { what: 'some', word: 'memory', rule: pressure('memory', 0.05) },
  io: { what: 'some', word: 'disks', rule: pressure('io', 0.25) },
};

function pressure(resource: string, least: number): SeriesRule {
  const kind = `${resource}.pressure`;
  return { name: kind, kind, by: 'level', least, spread: least / 10, looks: 2 };
}

/** What a line of `pressure` tells. */
export function readPressure({ log }: LogEntry): Sample[] {
  return ['host', 'cgroup'].flatMap((where) => {
    const resources = objectOf(log[where]);
    return Object.entries(WATCHED).flatMap(([resource, { what, word, rule }]) => {
      const value = numberOf(objectOf(resources[resource])[what]);
      if (value === undefined) return [];
      const whose = where === 'host' ? 'processes' : 'the processes of the lab';
      const say: Sample['say'] = ({ peak, usual }) =>
        `${whose} waited for ${word} ${percent(peak)} of the time (usually ${percent(usual)})`;
      return { rule, of: where, about: {}, value, say };
    });
  });
}
