import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TableDatabase } from '../../../../osquery/agent/table-database.ts';
import { tablesOf } from '../../../../osquery/agent/tables/catalogue.ts';
import { temporaryFolder } from '../../../onelog.ts';

const ID = 'c0ffee'.padEnd(64, '0');

/** What an engine answers, by path; shortened answers of a real one. */
const ENGINE: Record<string, unknown> = {
  '/containers/json': [
    {
      Id: ID,
      Names: ['/payment'],
      Image: 'node:26',
      ImageID: 'sha256:abc',
      Command: 'node main.ts',
      Created: 1_795_000_000,
      State: 'running',
      Status: 'Up 2 hours (healthy)',
      Ports: [
        { IP: '127.0.0.1', PrivatePort: 8080, PublicPort: 18080, Type: 'tcp' },
        { PrivatePort: 9 },
      ],
      NetworkSettings: {
        Networks: { lab: { NetworkID: 'n1', IPAddress: '172.18.0.2', IPPrefixLen: 16 } },
      },
    },
  ],
  [`/containers/${ID}/json`]: {
    Path: 'node',
    State: {
      Pid: process.pid,
      StartedAt: '2026-11-23T10:00:00Z',
      FinishedAt: '0001-01-01T00:00:00Z',
    },
    HostConfig: { Privileged: true, SecurityOpt: null },
    Config: { Entrypoint: ['tini', '--'], Env: ['PASSWORD=secret'] },
  },
  [`/containers/${ID}/stats?stream=false`]: {
    name: '/payment',
    read: '2026-11-23T10:00:01.250000000Z',
    preread: '2026-11-23T10:00:00.000000001Z',
    pids_stats: { current: 11 },
    blkio_stats: {
      io_service_bytes_recursive: [
        { op: 'read', value: 1 },
        { op: 'Read', value: 2 },
        { op: 'write', value: 4 },
      ],
    },
    cpu_stats: { cpu_usage: { total_usage: 900, usage_in_kernelmode: 300 }, online_cpus: 2 },
    memory_stats: { usage: 1000, limit: 2000, stats: { inactive_file: 5 } },
    networks: { eth0: { rx_bytes: 10, tx_bytes: 20 }, eth1: { rx_bytes: 1 } },
  },
};

async function database(engine: Record<string, unknown>) {
  const socketPath = join(temporaryFolder(), 'docker.sock');
  const asked: string[] = [];
  const server = createServer(({ url = '' }, answer) => {
    asked.push(url);
    answer
      .writeHead(url in engine ? 200 : 404)
      .end(JSON.stringify(engine[url] ?? { message: 'no' }));
  });
  server.listen(socketPath);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const tables = new TableDatabase(tablesOf(socketPath));
  return {
    asked,
    async rows(sql: string) {
      const { columns, rows } = await tables.query(sql, { info: {}, schedule: [] });
      return rows.map((row) => Object.fromEntries(row.map((value, at) => [columns[at], value])));
    },
  };
}

describe('containers', () => {
  test('are listed, without their environment', async () => {
    const { rows } = await database(ENGINE);
    expect(await rows('select * from docker_containers')).toMatchObject([
      {
        id: ID,
        name: '/payment',
        image_id: 'abc',
        created: 1_795_000_000n,
        state: 'running',
        pid: BigInt(process.pid),
        path: 'node',
        config_entrypoint: 'tini, --',
        started_at: '2026-11-23T10:00:00Z',
        finished_at: '',
        privileged: 1n,
        security_options: '',
        env_variables: null,
      },
    ]);
  });

  test('are inspected only for what the list does not tell', async () => {
    const { rows, asked } = await database(ENGINE);
    expect(await rows('select name, status from docker_containers')).toEqual([
      { name: '/payment', status: 'Up 2 hours (healthy)' },
    ]);
    expect(asked).toEqual(['/containers/json']);
  });

  test('have ports and networks', async () => {
    const { rows } = await database(ENGINE);
    expect(await rows('select port, host_ip, host_port, type from docker_container_ports')).toEqual(
      [
        { port: 8080n, host_ip: '127.0.0.1', host_port: 18080n, type: 'tcp' },
        { port: 9n, host_ip: '', host_port: 0n, type: '' },
      ],
    );
    expect(
      await rows('select name, ip_address, ip_prefix_len from docker_container_networks'),
    ).toEqual([{ name: 'lab', ip_address: '172.18.0.2', ip_prefix_len: 16n }]);
  });

  test('have statistics, with sums over their disks and networks', async () => {
    const { rows } = await database(ENGINE);
    expect(await rows('select * from docker_container_stats')).toMatchObject([
      {
        id: ID,
        pids: 11n,
        read: 1_795_428_001n,
        preread: 1_795_428_000n,
        interval: 1_249_999_999n,
        disk_read: 3n,
        disk_write: 4n,
        cpu_total_usage: 900n,
        cpu_usermode_usage: 0n,
        memory_usage: 1000n,
        memory_inactive_file: 5n,
        network_rx_bytes: 11n,
        network_tx_bytes: 20n,
      },
    ]);
  });

  test.each([
    ['an answer of another kind', { '/containers/json': { message: 'hello' } }],
    ['an engine that refuses', {}],
  ])('are none with %s', async (_, engine) => {
    const { rows } = await database(engine);
    expect(await rows('select * from docker_containers')).toEqual([]);
    expect(await rows('select * from docker_container_stats')).toEqual([]);
  });

  test('that are gone before they are inspected have NULL there', async () => {
    const { rows } = await database({ '/containers/json': ENGINE['/containers/json'] });
    expect(await rows('select name, pid from docker_containers')).toEqual([
      { name: '/payment', pid: null },
    ]);
  });
});
