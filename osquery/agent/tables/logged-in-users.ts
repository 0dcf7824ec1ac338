import { readFileSync } from 'node:fs';
import { columnsOf, type Table, type TableRow } from './table.ts';

const UTMP = '/var/run/utmp';

/** By the number in the record (utmp(5)). */
const TYPES = [
  'empty',
  'runlevel',
  'boot_time',
  'new_time',
  'old_time',
  'init',
  'login',
  'user',
  'dead',
  'accounting',
];

/** Where glibc keeps times as 32 bits for the sake of 32-bit programs, a record is shorter. */
const COMPACT = process.arch === 'x64' || process.arch === 'ia32' || process.arch === 'arm';
const RECORD_BYTES = COMPACT ? 384 : 400;

/** Logins and other records of utmp; no rows on a system that keeps none. */
export const loggedInUsers: Table = {
  name: 'logged_in_users',
  columns: columnsOf('type TEXT, user TEXT, tty TEXT, host TEXT, time BIGINT, pid INTEGER'),
  rows: () => loginRecords(readBytes(UTMP)),
};

/** The rows of an utmp file of this machine, but for those of init. */
export function loginRecords(file: Buffer): TableRow[] {
  const count = Math.floor(file.length / RECORD_BYTES);
  return Array.from({ length: count }, (_, index) => {
    const record = file.subarray(index * RECORD_BYTES, (index + 1) * RECORD_BYTES);
    return {
      type: TYPES[record.readInt16LE(0)] ?? 'unknown',
      user: textAt(record, 44, 32),
      tty: textAt(record, 8, 32),
      host: textAt(record, 76, 256),
      time: COMPACT ? record.readInt32LE(340) : Number(record.readBigInt64LE(344)),
      pid: record.readInt32LE(4),
    };
  }).filter(({ pid }) => pid !== 1);
}

/** A text that ends with the field or with the first zero byte. */
function textAt(record: Buffer, start: number, length: number): string {
  const field = record.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
