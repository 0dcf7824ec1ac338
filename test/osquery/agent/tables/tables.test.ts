import { once } from 'node:events';
import { statfsSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import {
  availableParallelism,
  hostname,
  networkInterfaces,
  totalmem,
  uptime,
  userInfo,
} from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TableDatabase } from '../../../../osquery/agent/table-database.ts';
import { tablesOf } from '../../../../osquery/agent/tables/catalogue.ts';
import { temporaryFolder } from '../../../onelog.ts';

const tables = tablesOf('/nonexistent');
const database = new TableDatabase(tables);

/** The rows of a query, by column; integers as numbers. */
async function rowsOf(sql: string): Promise<Record<string, string | number | null>[]> {
  const { columns, rows } = await database.query(sql, { info: {}, schedule: [] });
  return rows.map((row) =>
    Object.fromEntries(
      row.map((value, at) => [columns[at], typeof value === 'bigint' ? Number(value) : value]),
    ),
  );
}

/** A server in this process, and a connection to it. */
async function connection(host: string) {
  const server = createServer((socket) => socket.on('error', () => {}));
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ port, host });
  const [[accepted]] = (await Promise.all([
    once(server, 'connection'),
    once(client, 'connect'),
  ])) as [[{ destroy(): void }], unknown];
  onTestFinished(() => {
    client.destroy();
    accepted.destroy();
    server.close();
  });
  return { port, clientPort: client.localPort };
}

test.each(tables.map(({ name }) => name))('%s can be read whole', async (name) => {
  await expect(rowsOf(`select * from ${name}`)).resolves.toBeInstanceOf(Array);
});

test('this system says who it is', async () => {
  expect(await rowsOf('select * from system_info')).toMatchObject([
    {
      hostname: hostname(),
      physical_memory: totalmem(),
      cpu_logical_cores: expect.any(Number),
    },
  ]);
  const [version] = await rowsOf('select name, major, arch from os_version');
  expect(version).toMatchObject({
    name: expect.stringMatching(/./),
    arch: expect.stringMatching(/./),
  });
  const [up] = await rowsOf(
    'select *, ((days * 24 + hours) * 60 + minutes) * 60 + seconds as sum from uptime',
  );
  expect(up?.['sum']).toBe(up?.['total_seconds']);
  expect(Number(up?.['total_seconds'])).toBeLessThanOrEqual(uptime());
  const [time] = await rowsOf(
    "select unix_time, strftime('%s', iso_8601) as iso, year, timezone from time",
  );
  expect(time).toMatchObject({
    iso: String(time?.['unix_time']),
    timezone: 'UTC',
    year: new Date().getUTCFullYear(),
  });
});

describe.skipIf(process.platform !== 'linux')('on Linux', () => {
  test('processes has this process, with its parent, user and sizes', async () => {
    const before = process.memoryUsage.rss();
    const [row] = await rowsOf(`select * from processes where pid = ${process.pid}`);
    const after = process.memoryUsage.rss();
    expect(row).toMatchObject({
      pid: process.pid,
      parent: process.ppid,
      path: process.execPath,
      on_disk: 1,
      uid: userInfo().uid,
      gid: userInfo().gid,
      cwd: process.cwd(),
      root: '/',
      state: expect.stringMatching(/^[RSD]$/),
      cmdline: expect.stringMatching(/./),
      threads: expect.any(Number),
    });
    // Memory moves while it is looked at, but not by a half.
    expect(Number(row?.['resident_size'])).toBeGreaterThan(Math.min(before, after) / 2);
    expect(Number(row?.['resident_size'])).toBeLessThan(Math.max(before, after) * 2);
    expect(Number(row?.['total_size'])).toBeGreaterThan(Number(row?.['resident_size']));
    const started = Date.now() / 1000 - process.uptime();
    expect(Math.abs(Number(row?.['start_time']) - started)).toBeLessThan(3);
    const { user, system } = process.cpuUsage();
    expect(Number(row?.['user_time']) + Number(row?.['system_time'])).toBeLessThanOrEqual(
      (user + system) / 1000 + 20,
    );
  });

  test('columns have the same values whether all are asked for or one', async () => {
    const where = `from processes where pid = ${process.pid}`;
    const [all] = await rowsOf(`select * ${where}`);
    for (const column of ['name', 'path', 'parent', 'uid', 'cwd', 'start_time', 'cgroup_path']) {
      expect(await rowsOf(`select ${column} ${where}`)).toEqual([{ [column]: all?.[column] }]);
    }
  });

  const hasIpv6 = networkInterfaces()['lo']?.some(({ address }) => address === '::1') === true;
  test.each([['127.0.0.1', 2] as const, ...(hasIpv6 ? [['::1', 10] as const] : [])])(
    'a server on %s is in listening_ports, its connections in process_open_sockets',
    async (host, family) => {
      const { port, clientPort } = await connection(host);
      const mine = { pid: process.pid, family, protocol: 6 };
      expect(await rowsOf(`select * from listening_ports where port = ${port}`)).toMatchObject([
        { ...mine, port, address: host, fd: expect.any(Number), socket: expect.any(Number) },
      ]);
      // Without the sockets in TIME_WAIT: they are nobody's, left by whoever had the port before.
      const sockets = await rowsOf(
        `select * from process_open_sockets where ${port} in (local_port, remote_port) and state <> 'TIME_WAIT' order by state desc, local_port = ${port}`,
      );
      expect(sockets).toMatchObject([
        { ...mine, state: 'LISTEN', local_port: port, remote_port: 0 },
        {
          ...mine,
          state: 'ESTABLISHED',
          local_port: clientPort,
          remote_port: port,
          remote_address: host,
        },
        {
          ...mine,
          state: 'ESTABLISHED',
          local_port: port,
          remote_port: clientPort,
          local_address: host,
        },
      ]);
      expect(new Set(sockets.map(({ fd }) => fd)).size).toBe(3);
    },
  );

  test('a socket in the file system is a listening port with its path', async () => {
    const path = join(temporaryFolder(), 'a socket');
    const server = createServer();
    server.listen(path);
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    expect(await rowsOf(`select * from listening_ports where path = '${path}'`)).toMatchObject([
      { pid: process.pid, family: 1, port: 0, socket: 0 },
    ]);
  });

  test('a socket that changes hands or goes away is told as it is now', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const holders = () => rowsOf(`select pid from listening_ports where port = ${port}`);
    expect(await holders()).toEqual([{ pid: process.pid }]);
    server.close();
    await once(server, 'close');
    expect(await holders()).toEqual([]);
  });

  test('memory_info and cpu_time fit the machine', async () => {
    expect(
      await rowsOf('select * from memory_info where memory_available < memory_total'),
    ).toMatchObject([
      { memory_total: totalmem(), memory_free: expect.any(Number), swap_total: expect.any(Number) },
    ]);
    const cores = await rowsOf('select core, user + nice + system + idle as ticks from cpu_time');
    expect(cores.length).toBeGreaterThanOrEqual(availableParallelism());
    expect(cores.every(({ ticks }) => Number(ticks) > 0)).toBe(true);
    expect((await rowsOf('select period from load_average')).map(({ period }) => period)).toEqual([
      '1m',
      '5m',
      '15m',
    ]);
  });

  test('mounts has the root with its blocks', async () => {
    const stats = statfsSync('/');
    expect(
      await rowsOf("select blocks_size, blocks, inodes from mounts where path = '/' limit 1"),
    ).toEqual([{ blocks_size: stats.bsize, blocks: stats.blocks, inodes: stats.files }]);
  });

  test('the loopback interface has packets and an address', async () => {
    expect(await rowsOf("select * from interface_details where interface = 'lo'")).toMatchObject([
      { mac: '00:00:00:00:00:00', type: 772, ipackets: expect.any(Number), last_change: -1 },
    ]);
    expect(
      await rowsOf("select mask from interface_addresses where address = '127.0.0.1'"),
    ).toEqual([{ mask: '255.0.0.0' }]);
  });

  test('users has this user', async () => {
    const { uid, username, homedir, shell } = userInfo();
    expect(await rowsOf(`select * from users where uid = ${uid}`)).toContainEqual(
      expect.objectContaining({ username, directory: homedir, shell }),
    );
  });

  test('starts and ends of processes show by joins over the tables', async () => {
    const sql = `select p.name, count(*) as sockets from processes p
      join process_open_sockets s using (pid) where s.pid = ${process.pid} group by 1`;
    await connection('127.0.0.1');
    const [row] = await rowsOf(sql);
    expect(Number(row?.['sockets'])).toBeGreaterThanOrEqual(3);
  });
});
