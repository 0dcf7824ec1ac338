import { readLines } from './read-text.ts';
import { columnsOf, type Table } from './table.ts';

const KINDS = [
  'user',
  'nice',
  'system',
  'idle',
  'iowait',
  'irq',
  'softirq',
  'steal',
  'guest',
  'guest_nice',
];

/** What each core did since boot, in clock ticks (1/100 s), from `cpu0 …` of /proc/stat. */
export const cpuTime: Table = {
  name: 'cpu_time',
  columns: columnsOf(['core INTEGER', ...KINDS.map((kind) => `${kind} BIGINT`)].join(',')),
  rows: () =>
    readLines('/proc/stat').flatMap((line) => {
      const [, core, ticks = ''] = /^cpu(\d+) (.*)$/.exec(line) ?? [];
      if (core === undefined) return [];
      const numbers = ticks.split(' ').map(Number);
      return {
        core: Number(core),
        ...Object.fromEntries(KINDS.map((kind, at) => [kind, numbers[at]])),
      };
    }),
};
