import { realpathSync, statfsSync } from 'node:fs';
import { readLines } from './read-text.ts';
import { columnsOf, type Table, type TableRow } from './table.ts';

/** Mounted file systems of the agent's namespace (/proc/mounts), with their blocks and inodes (statfs(2)). */
export const mounts: Table = {
  name: 'mounts',
  columns: columnsOf(
    `device TEXT, device_alias TEXT, path TEXT, type TEXT, blocks_size BIGINT, blocks BIGINT,
    blocks_free BIGINT, blocks_available BIGINT, inodes BIGINT, inodes_free BIGINT, flags TEXT`,
  ),
  rows: ({ columns }) =>
    readLines('/proc/mounts').map((line) => {
      const [device = '', path = '', type = '', flags = ''] = line.split(' ').map(unescaped);
      const row = { device, path, type, flags };
      if (COUNTS.some((column) => columns.has(column))) Object.assign(row, counts(path, type));
      if (columns.has('device_alias')) Object.assign(row, { device_alias: realPath(device) });
      return row;
    }),
};

const COUNTS = [
  'blocks_size',
  'blocks',
  'blocks_free',
  'blocks_available',
  'inodes',
  'inodes_free',
];

/** Zeros where nothing can be known; to ask an automounter would mount. */
function counts(path: string, type: string): TableRow {
  if (type === 'autofs') return NO_COUNTS;
  try {
    const stats = statfsSync(path);
    return {
      blocks_size: stats.bsize,
      blocks: stats.blocks,
      blocks_free: stats.bfree,
      blocks_available: stats.bavail,
      inodes: stats.files,
      inodes_free: stats.ffree,
    };
  } catch {
    return NO_COUNTS;
  }
}

const NO_COUNTS: TableRow = Object.fromEntries(COUNTS.map((column) => [column, 0]));

/** White space and backslashes are written as three octal digits. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );

function realPath(device: string): string {
  if (!device.startsWith('/')) return '';
  try {
    return realpathSync(device);
  } catch {
    return '';
  }
}
