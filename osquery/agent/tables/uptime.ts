import { uptime as uptimeSeconds } from 'node:os';
import { columnsOf, type Table } from './table.ts';

/** How long the machine runs, as a sum of days, hours, minutes and seconds, and in seconds alone. */
export const uptime: Table = {
  name: 'uptime',
  columns: columnsOf(
    'days INTEGER, hours INTEGER, minutes INTEGER, seconds INTEGER, total_seconds BIGINT',
  ),
  rows() {
    const total = Math.floor(uptimeSeconds());
    return [
      {
        days: Math.floor(total / 86_400),
        hours: Math.floor(total / 3600) % 24,
        minutes: Math.floor(total / 60) % 60,
        seconds: total % 60,
        total_seconds: total,
      },
    ];
  },
};
