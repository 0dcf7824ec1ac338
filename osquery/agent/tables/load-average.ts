import { loadavg } from 'node:os';
import { columnsOf, type Table } from './table.ts';

/** The run queue's mean length over 1, 5 and 15 minutes, a row each; the number is a text of six decimals. */
export const loadAverage: Table = {
  name: 'load_average',
  columns: columnsOf('period TEXT, average TEXT'),
  rows() {
    const [one = 0, five = 0, fifteen = 0] = loadavg();
    return Object.entries({ '1m': one, '5m': five, '15m': fifteen }).map(([period, average]) => ({
      period,
      average: average.toFixed(6),
    }));
  },
};
