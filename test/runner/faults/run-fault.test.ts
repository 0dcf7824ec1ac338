import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { memoryAvailable } from '../../../runner/faults/proc.ts';
import type { TruthRecord } from '../../../runner/faults/truth.ts';
import { eventually, isAlive } from '../../onelog.ts';
import { beginFault } from './begin-fault.ts';
import { PracticeLab, stateOf } from './practice-lab.ts';

const isLinux = process.platform === 'linux';

const pidsIn = (text: string): number[] =>
  (/\(pid ([\d, ]+)\)/.exec(text)?.[1] ?? '').split(', ').map(Number);

function expectWhole(record: TruthRecord, kind: string): void {
  expect(record).toMatchObject({ kind, node: 'shop', undone: true, decoys: [] });
  expect(BigInt(record.endTimeUnixNano)).toBeGreaterThan(BigInt(record.startTimeUnixNano));
  expect(record.pids).not.toEqual([]);
}

describe.runIf(isLinux)('a fault', () => {
  test.each([
    ['cpu', '1'],
    ['memory', '16MB'],
    ['disk', '4GB'],
  ])(
    'of kind %s is done by processes that do not say so, and are gone after',
    async (kind, size) => {
      const lab = await PracticeLab.start();
      const { begun, record, stop } = beginFault(lab, kind, { sizeText: size });
      const pids = pidsIn(await begun);
      const names = pids.map((pid) =>
        ['cmdline', 'comm'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8')).join(' '),
      );
      stop();
      const done = await record;
      expectWhole(done, kind);
      expect(pids).toEqual(expect.arrayContaining(done.pids));
      expect(names.join('\n')).not.toMatch(/fault|hog|stress|burn|grow|write|cpu|memory|disk/i);
      expect(done.pids.filter(isAlive)).toEqual([]);
      expect(done.nodePids).toEqual([lab.pid]);
      expect(done.ports).toEqual([lab.port]);
    },
  );

  test('ends by itself when its time is over', async () => {
    const lab = await PracticeLab.start();
    const done = await beginFault(lab, 'cpu', { sizeText: '1', forMs: 50 }).record;
    expectWhole(done, 'cpu');
    expect(done.pids.filter(isAlive)).toEqual([]);
  });

  test('that kills the node is over when the node is back', async () => {
    const lab = await PracticeLab.start();
    const before = lab.pid;
    const done = await beginFault(lab, 'kill').record;
    expectWhole(done, 'kill');
    expect(done.pids).toEqual([before]);
    expect(done.how).toBe(`shop runs again with pid ${lab.pid}`);
  });

  test('that pauses the node lets it go on', async () => {
    const lab = await PracticeLab.start();
    const { begun, record, stop } = beginFault(lab, 'pause');
    await begun;
    await eventually(() => (stateOf(lab.pid) === 'T' ? true : undefined));
    stop();
    expectWhole(await record, 'pause');
    expect(stateOf(lab.pid)).not.toBe('T');
  });

  test("that takes the node's port answers there until it gives it back", async () => {
    const lab = await PracticeLab.start();
    const { begun, record, stop } = beginFault(lab, 'port');
    await begun;
    expect((await fetch(`http://127.0.0.1:${lab.port}/`)).status).toBe(404);
    stop();
    const done = await record;
    expectWhole(done, 'port');
    expect(done.pids).toHaveLength(2);
    expect(await (await fetch(`http://127.0.0.1:${lab.port}/`)).text()).toBe('fine');
  });

  test.each([
    ['slow', '250ms', { command: 'SetDelay', ms: 250 }, { command: 'SetDelay', ms: 0 }],
    ['errors', '0.5', { command: 'SetFailureRate', rate: 0.5 }, { command: 'SetFailureRate' }],
  ])('of kind %s is taken back by a second command', async (kind, size, first, last) => {
    const lab = await PracticeLab.start();
    const { begun, record, stop } = beginFault(lab, kind, { sizeText: size });
    await begun;
    expect(lab.told.map((line): unknown => JSON.parse(line))).toEqual([first]);
    stop();
    expectWhole(await record, kind);
    expect(lab.told.map((line): unknown => JSON.parse(line))).toEqual([first, last]);
  });

  test('takes no more memory than half of what is available', async () => {
    const lab = await PracticeLab.start();
    await expect(
      beginFault(lab, 'memory', { size: memoryAvailable() ?? 0 }).record,
    ).rejects.toThrow(/expected --size \d+MB or less/);
  });
});

describe.runIf(isLinux)('decoys', () => {
  test('are processes of their own, are written down with their times, and are gone after', async () => {
    const lab = await PracticeLab.start();
    const done = await beginFault(lab, 'slow', { decoys: 3, forMs: 200, sizeText: '1ms' }).record;
    expect(done.decoys).toHaveLength(3);
    const pids = done.decoys.flatMap((decoy) => decoy.pids);
    expect(new Set(pids).size).toBe(3);
    expect(pids.filter((pid) => [...done.pids, ...done.nodePids].includes(pid))).toEqual([]);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});
