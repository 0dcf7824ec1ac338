import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fault } from '../../../runner/commands/fault.ts';
import { planDecoys } from '../../../runner/faults/decoys.ts';
import { FAULT_KINDS } from '../../../runner/faults/kinds.ts';
import { Target } from '../../../runner/faults/target.ts';
import { appendTruth, parseTruth } from '../../../runner/faults/truth.ts';
import { LabFolder } from '../../../runner/lab-folder.ts';
import { eventually, isAlive, onelog, outputOf, temporaryFolder } from '../../onelog.ts';
import { PracticeLab, stateOf } from './practice-lab.ts';

const options = { for: 1_000, decoys: 0, format: 'text' } as const;

describe('onelog fault', () => {
  test('names the kinds where it is given none, or another', async () => {
    await expect(fault(undefined, options)).rejects.toThrow(
      /^expected a kind of fault: cpu, memory/,
    );
    await expect(fault('cqu', options)).rejects.toThrow('no fault named cqu; did you mean "cpu"?');
  });

  test('says that no lab runs', async () => {
    const folder = new LabFolder(temporaryFolder());
    expect(() => new Target(folder, 'payment')).toThrow(/^no lab runs in this folder/);
  });

  test.runIf(process.platform === 'linux')('names the nodes that there are', async () => {
    const lab = await PracticeLab.start();
    expect(() => new Target(lab.folder, 'payment')).toThrow(
      'no node named payment runs here; known here: shop',
    );
  });

  test.each(FAULT_KINDS)('$name has a usual size that it understands, and bounds', ({ size }) => {
    expect(size.parse('0')).toBeUndefined();
    expect(size.parse('much')).toBeUndefined();
    expect(size.parse('1e30')).toBeUndefined();
    expect(size.usual === '' || (size.parse(size.usual) ?? 0) > 0).toBe(true);
  });

  test.runIf(process.platform === 'linux')(
    'leaves nothing behind when it is killed: a paused node goes on',
    async () => {
      const lab = await PracticeLab.start();
      const command = onelog(lab.cwd, ['fault', 'pause', '--node', 'shop', '--for', '60s']);
      await outputOf(command, /is stopped/, 'stderr');
      await eventually(() => (stateOf(lab.pid) === 'T' ? true : undefined));
      command.kill('SIGKILL');
      await command;
      await eventually(() => (stateOf(lab.pid) === 'T' ? undefined : true));
      expect(stateOf(lab.pid)).toMatch(/[SR]/);
    },
  );

  test.runIf(process.platform === 'linux')(
    'leaves nothing behind when it is killed: processes and files are gone',
    async () => {
      const lab = await PracticeLab.start();
      const command = onelog(lab.cwd, [
        'fault',
        'disk',
        '--node',
        'shop',
        '--for',
        '60s',
        '--size',
        '60GB',
      ]);
      const [, pids = ''] = await outputOf(command, /\(pid ([\d, ]+)\)/, 'stderr');
      command.kill('SIGKILL');
      await command;
      const alive = (): number[] => pids.split(', ').map(Number).filter(isAlive);
      await eventually(() => (alive().length > 0 ? undefined : true));
      expect(readdirSync(lab.cwd)).toEqual(['.onelog']);
    },
  );
});

describe('decoys', () => {
  test('are the same for the same seed, and within the time that there is', () => {
    for (let seed = 0; seed < 50; seed++) {
      const decoys = planDecoys(seed, 5, 20_000);
      expect(decoys).toEqual(planDecoys(seed, 5, 20_000));
      expect(decoys).toHaveLength(5);
      for (const { startMs, forMs } of decoys) {
        expect(startMs).toBeGreaterThanOrEqual(0);
        expect(startMs + forMs).toBeLessThanOrEqual(20_000);
      }
    }
  });

  test('are of all kinds', () => {
    const kinds = new Set(planDecoys(1, 20, 20_000).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['cpu', 'disk', 'kill', 'memory', 'pause', 'port']);
  });
});

describe('what was done', () => {
  const record = {
    kind: 'cpu',
    node: 'payment',
    instance: 'payment@lab-1/4711.1795363100',
    nodePids: [4711],
    pids: [4800, 4801],
    ports: [8080],
    startTimeUnixNano: '1795363200000000000',
    endTimeUnixNano: '1795363210000000000',
    size: '3',
    what: '2 processes (pid 4800, 4801) are busy',
    undone: true,
    how: 'the 2 processes have ended',
    seed: 7,
    decoys: [],
  };

  test('is a line each in a file, and can be read again', () => {
    const file = join(temporaryFolder(), 'new', 'faults.ndjson');
    appendTruth(file, record);
    appendTruth(file, { ...record, kind: 'memory' });
    const text = readFileSync(file, 'utf8');
    expect(text.split('\n')).toHaveLength(3);
    expect(parseTruth(text)).toEqual([record, { ...record, kind: 'memory' }]);
  });

  test('is refused with its line where it is no record', () => {
    expect(() => parseTruth(`${JSON.stringify(record)}\n{"kind":"cpu"}\n`)).toThrow(
      'line 2 is no record of a fault',
    );
  });
});
