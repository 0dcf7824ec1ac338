import { readLines } from './read-text.ts';
import { columnsOf, type Table } from './table.ts';

/** Linux counts sectors of this size here, whatever the device's. */
const SECTOR_BYTES = 512;

/**
 * What went to and from each block device since boot, from /proc/diskstats
 * (https://docs.kernel.org/admin-guide/iostats.html). osquery has no such table,
 * so the name is ours: a query for it belongs in a pack whose discovery query
 * finds this agent (`select 1 from osquery_info where build_distro = 'one-log'`).
 *
 * Times are milliseconds. `io_time` is how long anything was in flight,
 * `weighted_io_time` that times how many were.
 */
export const blockIo: Table = {
  name: 'one_log_block_io',
  columns: columnsOf(
    `name TEXT, reads BIGINT, bytes_read BIGINT, read_time BIGINT, writes BIGINT,
    bytes_written BIGINT, write_time BIGINT, in_progress BIGINT, io_time BIGINT,
    weighted_io_time BIGINT`,
  ),
  rows: () =>
    readLines('/proc/diskstats').flatMap((line) => {
      const [, , name, ...fields] = line.trim().split(/\s+/);
      if (name === undefined) return [];
      const [reads, , sectorsRead = 0, readTime, writes, , sectorsWritten = 0, writeTime, ...rest] =
        fields.map(Number);
      return {
        name: `/dev/${name}`,
        reads,
        bytes_read: sectorsRead * SECTOR_BYTES,
        read_time: readTime,
        writes,
        bytes_written: sectorsWritten * SECTOR_BYTES,
        write_time: writeTime,
        in_progress: rest[0],
        io_time: rest[1],
        weighted_io_time: rest[2],
      };
    }),
};
