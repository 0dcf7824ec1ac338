import { columnsOf, type Table } from './table.ts';

/** The agent itself: one row. `build_distro` is `one-log`, by which a query tells it from osquery's own daemon. */
export const osqueryInfo: Table = {
  name: 'osquery_info',
  columns: columnsOf(
    `pid INTEGER, uuid TEXT, instance_id TEXT, version TEXT, config_hash TEXT,
    config_valid INTEGER, extensions TEXT, build_platform TEXT, build_distro TEXT,
    start_time INTEGER, watcher INTEGER, platform_mask INTEGER`,
  ),
  rows: ({ facts }) => [facts.info],
};

/** The queries that are scheduled, with what they have cost so far: times in milliseconds but for `wall_time`. */
export const osquerySchedule: Table = {
  name: 'osquery_schedule',
  columns: columnsOf(
    `name TEXT, query TEXT, interval INTEGER, executions BIGINT, last_executed BIGINT,
    denylisted INTEGER, output_size BIGINT, wall_time BIGINT, wall_time_ms BIGINT,
    last_wall_time_ms BIGINT, user_time BIGINT, last_user_time BIGINT, system_time BIGINT,
    last_system_time BIGINT, average_memory BIGINT, last_memory BIGINT`,
  ),
  rows: ({ facts }) => facts.schedule,
};
