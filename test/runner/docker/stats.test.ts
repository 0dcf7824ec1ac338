import { describe, expect, test } from 'vitest';
import { DockerEngine } from '../../../runner/docker/engine.ts';
import { ContainerStats } from '../../../runner/docker/stats.ts';
import { FakeEngine } from './fake-engine.ts';

/** As Docker 27 answers (control groups of version 2), cut to what is read and some of the rest. */
const answer = (second: number, written: number) => ({
  read: `2026-11-22T18:00:0${second}.5Z`,
  preread: `2026-11-22T18:00:0${second - 1}.5Z`,
  pids_stats: { current: 11, limit: 28_000 },
  blkio_stats: {
    io_service_bytes_recursive: [
      { major: 254, minor: 0, op: 'read', value: 4_096 },
      { major: 254, minor: 0, op: 'write', value: written },
    ],
    io_serviced_recursive: null,
  },
  cpu_stats: { cpu_usage: { total_usage: 5_400_000_000 }, system_cpu_usage: 9e12, online_cpus: 2 },
  precpu_stats: { cpu_usage: { total_usage: 5_000_000_000 }, system_cpu_usage: 8e12 },
  memory_stats: { usage: 30_000_000, limit: 100_000_000, stats: { inactive_file: 10_000_000 } },
  networks: { eth0: { rx_bytes: 1_000 * second, tx_bytes: 0 }, eth1: { rx_bytes: 0, tx_bytes: 0 } },
});

async function looked(answers: readonly object[]) {
  const engine = new FakeEngine();
  await engine.start();
  const { id } = engine.run('shop-db-1');
  const left = [...answers];
  engine.stats = () => left.shift() ?? {};
  const stats = new ContainerStats(new DockerEngine(`unix://${engine.socketPath}`));
  const about = { name: 'shop-db-1', node: 'db' };
  const { signal } = new AbortController();
  const lines = [];
  for (const _ of answers) lines.push(await stats.look(id, about, signal));
  return { lines, gone: await stats.look('nowhere', about, signal) };
}

describe('the figures of a container', () => {
  test('are CPUs, memory in use, and what it moved a second since it was asked before', async () => {
    const { lines, gone } = await looked([answer(1, 1_000), answer(3, 9_000)]);
    const same = {
      'container.name': 'shop-db-1',
      'container.id': Buffer.from('shop-d').toString('hex'),
      container_node: 'db',
      cpu: 0.4,
      memory: 20_000_000,
      memory_limit: 100_000_000,
      pids: 11,
    };
    const from = Date.parse('2026-11-22T18:00:00.5Z') / 1e3;
    expect(lines).toEqual([
      { interval: [from, from + 1], ...same },
      {
        interval: [from + 2, from + 3],
        ...same,
        read: 0,
        written: 4_000,
        received: 1_000,
        sent: 0,
      },
    ]);
    expect(gone).toBeUndefined();
  });

  test('are none of one that does not run, nor of an answer that is none', async () => {
    const { lines } = await looked([
      { ...answer(1, 0), preread: '0001-01-01T00:00:00Z' },
      {},
      [] as object,
    ]);
    expect(lines).toEqual([undefined, undefined, undefined]);
  });
});
