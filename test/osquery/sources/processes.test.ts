import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../log/entry.ts';
import { Processes } from '../../../osquery/sources/processes.ts';
import { parseProcessStat } from '../../../osquery/sources/process-stat.ts';
import { ProcFolder } from './proc-folder.ts';

interface Fake {
  readonly comm?: string;
  readonly state?: string;
  readonly parent?: number;
  readonly ticks?: number;
  readonly pages?: number;
  readonly written?: number;
  readonly startTicks?: number;
}

function put(proc: ProcFolder, pid: number, fake: Fake): void {
  const { comm = 'app', state = 'S', parent = 1, ticks = 0, pages = 100, written = 0 } = fake;
  const { startTicks = 500 } = fake;
  proc.write(
    `${pid}/stat`,
    `${pid} (${comm}) ${state} ${parent} ${pid} ${pid} 0 -1 0 0 0 3 0 ${ticks} 0 0 0 20 0 4 0 ${startTicks} 0 ${pages} 0`,
  );
  proc.write(`${pid}/io`, `rchar: 1\nread_bytes: 0\nwrite_bytes: ${written}\n`);
  proc.write(`${pid}/schedstat`, `1 ${ticks * 1e7} 2\n`);
}

const lab = () => [{ pid: 10, node: 'payment', instance: 'payment@lab/10.1' }];

function watched(): { proc: ProcFolder; processes: Processes } {
  const proc = new ProcFolder();
  proc.write('stat', 'cpu  0 0 0 0\nbtime 1000\n');
  put(proc, 10, {});
  return { proc, processes: new Processes({ lab, proc: proc.path, pageBytes: 4096 }) };
}

const rows = (told: JsonObject | undefined): JsonObject[] =>
  (told?.['processes'] ?? []) as JsonObject[];

describe('processes', () => {
  test("tells the lab's, with what they started", () => {
    const { proc, processes } = watched();
    processes.look(0);
    put(proc, 10, { ticks: 20, written: 8192 });
    put(proc, 11, { comm: 'sh (1)', parent: 10 });
    const told = processes.look(2);
    expect(rows(told)).toMatchObject([
      {
        pid: 10,
        started: 1_005,
        name: 'app',
        node: 'payment',
        instance: 'payment@lab/10.1',
        cpu: 0.1,
        wait: 0.1,
        written: 4_096,
        threads: 4,
        rss_growth: 0,
      },
      { pid: 11, name: 'sh (1)', node: 'payment', is_new: true },
    ]);
    expect(told?.['ended']).toEqual([]);
  });

  test('tells of the others those that use much, by CPU, growth and writes, and that they ended', () => {
    const { proc, processes } = watched();
    for (const pid of [20, 21, 22, 23]) put(proc, pid, {});
    processes.look(0);
    put(proc, 20, { ticks: 90 });
    put(proc, 21, { pages: 100 + 2_000 });
    put(proc, 22, { written: 1e6 });
    const others = rows(processes.look(1)).filter(({ node }) => node === undefined);
    expect(
      others.map(({ pid, cpu, rss_growth, written }) => [pid, cpu, rss_growth, written]),
    ).toEqual([
      [20, 0.9, 0, 0],
      [21, 0, 2_000 * 4_096, 0],
      [22, 0, 0, 1e6],
    ]);
    proc.remove('20');
    proc.remove('23');
    expect(processes.look(1)?.['ended']).toEqual([{ pid: 20, started: 1_005, name: 'app' }]);
  });

  test('adds up what grows slowly until it is worth a line', () => {
    const { proc, processes } = watched();
    put(proc, 20, { pages: 0 });
    processes.look(0);
    const told = [400, 800, 1_200].map((pages) => {
      put(proc, 20, { pages });
      return rows(processes.look(1)).find(({ pid }) => pid === 20)?.['rss_growth'];
    });
    expect(told).toEqual([undefined, undefined, 1_200 * 4_096]);
  });

  test('takes a pid that is used again for another process', () => {
    const { proc, processes } = watched();
    put(proc, 20, { ticks: 50 });
    processes.look(0);
    put(proc, 20, { ticks: 90 });
    processes.look(1);
    put(proc, 20, { ticks: 30, startTicks: 900 });
    const told = processes.look(1);
    expect(rows(told).find(({ pid }) => pid === 20)).toMatchObject({
      cpu: 0.3,
      is_new: true,
      started: 1_009,
    });
    expect(told?.['ended']).toEqual([{ pid: 20, started: 1_005, name: 'app' }]);
  });

  test('tells that a process is stopped, and goes on', () => {
    const { proc, processes } = watched();
    put(proc, 20, {});
    processes.look(0);
    put(proc, 20, { state: 'T' });
    expect(rows(processes.look(1))).toMatchObject([{ pid: 10 }, { pid: 20, state: 'T' }]);
    put(proc, 20, {});
    expect(rows(processes.look(1))).toMatchObject([{ pid: 10 }, { pid: 20, was_stopped: true }]);
  });

  test.runIf(process.platform === 'linux')('sees this very process as it is', () => {
    const self = { pid: process.pid, node: 'self', instance: 'self@here/1.1' };
    const processes = new Processes({ lab: () => [self] });
    processes.look(0);
    const [row] = rows(processes.look(1));
    const { rss } = process.memoryUsage();
    expect(row).toMatchObject({ pid: process.pid, name: expect.stringMatching(/^node/) });
    expect(Number(row?.['rss'])).toBeGreaterThan(rss / 2);
    expect(Number(row?.['rss'])).toBeLessThan(rss * 2);
    expect(JSON.stringify(row)).not.toContain('vitest');
  });

  test('reads a stat line whose name has spaces and parentheses, and none that is none', () => {
    const columns = Array.from({ length: 40 }, (_, index) => index).join(' ');
    expect(parseProcessStat(`7 (a) b (c) S ${columns}`)).toMatchObject({
      pid: 7,
      comm: 'a) b (c',
      state: 'S',
      parent: 0,
    });
    expect(parseProcessStat('')).toBeUndefined();
  });
});
