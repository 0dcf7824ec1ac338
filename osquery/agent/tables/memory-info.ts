import { namedNumbers } from './proc.ts';
import { readText } from './read-text.ts';
import { columnsOf, type Table } from './table.ts';

/** The names in /proc/meminfo, whose numbers are KiB, by osquery's columns. */
const NAMES = {
  memory_total: 'MemTotal',
  memory_free: 'MemFree',
  memory_available: 'MemAvailable',
  buffers: 'Buffers',
  cached: 'Cached',
  swap_cached: 'SwapCached',
  active: 'Active',
  inactive: 'Inactive',
  swap_total: 'SwapTotal',
  swap_free: 'SwapFree',
};

/** Memory of the machine, in bytes. */
export const memoryInfo: Table = {
  name: 'memory_info',
  columns: columnsOf(
    Object.keys(NAMES)
      .map((name) => `${name} BIGINT`)
      .join(','),
  ),
  rows() {
    const kibibytes = namedNumbers(readText('/proc/meminfo') ?? '');
    const bytes = (name: string) => {
      const number = kibibytes.get(name);
      return number === undefined ? undefined : number * 1024;
    };
    return [
      Object.fromEntries(Object.entries(NAMES).map(([column, name]) => [column, bytes(name)])),
    ];
  },
};
