import { runningContainers } from './docker-containers.ts';
import { askEngine } from './docker-engine.ts';
import { columnsOf, type Table, type TableRow } from './table.ts';

/** Containers asked at the same time. */
const AT_ONCE = 16;

/**
 * What the running containers use. The engine measures for a second before it
 * answers; the containers are asked side by side. Unlike osquery's table, it
 * needs no id in the query. CPU is in nanoseconds, `read` in Unix seconds,
 * `interval` in nanoseconds.
 */
export const dockerContainerStats = (socketPath: string): Table => ({
  name: 'docker_container_stats',
  columns: columnsOf(
    `id TEXT, name TEXT, pids INTEGER, read BIGINT, preread BIGINT, interval BIGINT,
    disk_read BIGINT, disk_write BIGINT, num_procs INTEGER, cpu_total_usage BIGINT,
    cpu_kernelmode_usage BIGINT, cpu_usermode_usage BIGINT, system_cpu_usage BIGINT,
    online_cpus INTEGER, pre_cpu_total_usage BIGINT, pre_cpu_kernelmode_usage BIGINT,
    pre_cpu_usermode_usage BIGINT, pre_system_cpu_usage BIGINT, pre_online_cpus INTEGER,
    memory_usage BIGINT, memory_cached BIGINT, memory_inactive_file BIGINT,
    memory_total_inactive_file BIGINT, memory_max_usage BIGINT, memory_limit BIGINT,
    network_rx_bytes BIGINT, network_tx_bytes BIGINT`,
  ),
  async rows() {
    const waiting = await runningContainers(socketPath);
    const rows: TableRow[] = [];
    while (waiting.length > 0) {
      const asked = waiting.splice(0, AT_ONCE).map(({ Id }) => statsOf(socketPath, Id));
      rows.push(...(await Promise.all(asked)).flat());
    }
    return rows;
  },
});

/** One row, or none for a container that is gone. */
async function statsOf(socketPath: string, id: string): Promise<TableRow[]> {
  const answer = await askEngine(socketPath, `/containers/${id}/stats?stream=false`);
  const { statistics } = await import('./docker-answers.ts');
  const { data } = statistics.safeParse(answer);
  if (data === undefined) return [];
  const { cpu_stats: cpu, precpu_stats: before, memory_stats: memory } = data;
  const disk = (operation: string): number =>
    sum(
      (data.blkio_stats.io_service_bytes_recursive ?? [])
        .filter(({ op }) => op.toLowerCase() === operation)
        .map(({ value }) => value),
    );
  const networks = Object.values(data.networks ?? {});
  return [
    {
      id,
      name: data.name,
      pids: data.pids_stats.current,
      read: unixSeconds(data.read),
      preread: unixSeconds(data.preread),
      interval: unixNanos(data.read) - unixNanos(data.preread),
      disk_read: disk('read'),
      disk_write: disk('write'),
      num_procs: data.num_procs,
      cpu_total_usage: cpu.cpu_usage.total_usage,
      cpu_kernelmode_usage: cpu.cpu_usage.usage_in_kernelmode,
      cpu_usermode_usage: cpu.cpu_usage.usage_in_usermode,
      system_cpu_usage: cpu.system_cpu_usage,
      online_cpus: cpu.online_cpus,
      pre_cpu_total_usage: before.cpu_usage.total_usage,
      pre_cpu_kernelmode_usage: before.cpu_usage.usage_in_kernelmode,
      pre_cpu_usermode_usage: before.cpu_usage.usage_in_usermode,
      pre_system_cpu_usage: before.system_cpu_usage,
      pre_online_cpus: before.online_cpus,
      memory_usage: memory.usage,
      memory_cached: memory.stats.cache,
      memory_inactive_file: memory.stats.inactive_file,
      memory_total_inactive_file: memory.stats.total_inactive_file,
      memory_max_usage: memory.max_usage,
      memory_limit: memory.limit,
      network_rx_bytes: sum(networks.map((network) => network.rx_bytes)),
      network_tx_bytes: sum(networks.map((network) => network.tx_bytes)),
    },
  ];
}

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);

const unixSeconds = (time: string): number => Number(unixNanos(time) / 1_000_000_000n);

/** Of an RFC 3339 text in UTC with up to nine digits of a second; 0 for what is none. */
function unixNanos(time: string): bigint {
  const [, second, digits = ''] = /^(.{19})(?:\.(\d+))?Z$/.exec(time) ?? [];
  const ms = Date.parse(`${second}Z`);
  return Number.isNaN(ms)
    ? 0n
    : BigInt(ms) * 1_000_000n + BigInt(digits.slice(0, 9).padEnd(9, '0'));
}
