import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { JsonObject } from '../../../log/entry.ts';
import { Lookout } from '../../../runner/system/lookout.ts';
import type { SeenLab } from '../../../runner/system/probes.ts';
import { eventually, isAlive } from '../../onelog.ts';

const SUPERVISOR = {
  node: 'driver',
  instance: 'driver@lab/1.1',
  pid: process.pid,
  isSupervisor: true,
} as const;

interface Line {
  readonly probe: string;
  readonly line: JsonObject;
  readonly pid: number;
  readonly atMs: number;
}

/** One that looks twenty times a second. */
function lookout() {
  const lines: Line[] = [];
  const troubles: string[] = [];
  let lab: SeenLab = { processes: [SUPERVISOR], ports: [] };
  const its = new Lookout({
    everyMs: 50,
    perf: false,
    lab: () => lab,
    onLine: (probe, line, pid) => void lines.push({ probe, line, pid, atMs: performance.now() }),
    onTrouble: (message) => void troubles.push(message),
  });
  onTestFinished(() => its.close());
  const lineOf = (probe: string, isWanted: (line: Line) => boolean = () => true): Promise<Line> =>
    eventually(() => lines.find((line) => line.probe === probe && isWanted(line)));
  const setLab = (next: SeenLab): void => {
    lab = next;
    its.refresh();
  };
  return { its, lines, troubles, lineOf, setLab };
}

const processOf = ({ line }: Line, pid: number): JsonObject | undefined =>
  (line['processes'] as JsonObject[]).find((each) => each['pid'] === pid);

describe.runIf(process.platform === 'linux')('what looks at the system', () => {
  test('is a process of its own, which counts as the one that started it', async () => {
    const { lineOf } = lookout();
    const line = await lineOf('processes');
    expect(line.pid).not.toBe(process.pid);
    expect(processOf(line, line.pid)).toMatchObject({ node: 'driver', instance: 'driver@lab/1.1' });
    expect((await lineOf('vmstat')).line).toHaveProperty('cpu.idle');
  });

  test('learns of processes that are started later', async () => {
    const { lineOf, setLab } = lookout();
    await lineOf('processes');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    onTestFinished(() => void child.kill('SIGKILL'));
    const pid = child.pid ?? 0;
    setLab({ processes: [SUPERVISOR, { node: 'web', instance: 'web@lab/2.2', pid }], ports: [] });
    const line = await lineOf('processes', (each) => processOf(each, pid)?.['node'] === 'web');
    expect(processOf(line, pid)).toMatchObject({ instance: 'web@lab/2.2' });
  });

  test('is started again when it dies, and that is told', async () => {
    const { lineOf, troubles } = lookout();
    const { pid } = await lineOf('vmstat');
    process.kill(pid, 'SIGKILL');
    await lineOf('vmstat', (line) => line.pid !== pid);
    expect(troubles).toEqual([
      'the process that looks at the system ended (SIGKILL); it is started again',
    ]);
  });

  test('looks no more while it is paused, and at the longer time afterwards', async () => {
    const { its, lines, lineOf } = lookout();
    await lineOf('vmstat');
    its.pause();
    // It has heard so once nothing came for several looks.
    await eventually(() =>
      performance.now() - (lines.at(-1)?.atMs ?? 0) > 300 ? true : undefined,
    );
    const seen = lines.length;
    its.resume();
    const { line } = await lineOf('vmstat', (each) => lines.indexOf(each) >= seen);
    const [from = 0, to = 0] = line['interval'] as number[];
    expect(to - from).toBeGreaterThan(0.25);
  });

  test('is gone once it is closed', async () => {
    const { its, lineOf, troubles } = lookout();
    const { pid } = await lineOf('vmstat');
    await its.close();
    expect(isAlive(pid)).toBe(false);
    expect(troubles).toEqual([]);
  });

  test('ends with whoever started it, however that ended', async () => {
    const lookoutUrl = new URL('../../../runner/system/lookout.ts', import.meta.url);
    const starter = spawn(
      process.execPath,
      [
        '--input-type=module-typescript',
        '-e',
        `import { Lookout } from ${JSON.stringify(fileURLToPath(lookoutUrl))};
         new Lookout({ everyMs: 50, perf: false, lab: () => ({ processes: [], ports: [] }),
           onLine: (_probe, _line, pid) => console.log(pid), onTrouble: () => {} });`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    onTestFinished(() => void starter.kill('SIGKILL'));
    const pid = await new Promise<number>((resolve) =>
      starter.stdout.once('data', (chunk: Buffer) => resolve(Number.parseInt(`${chunk}`, 10))),
    );
    expect(isAlive(pid)).toBe(true);
    starter.kill('SIGKILL');
    await eventually(() => (isAlive(pid) ? undefined : true));
  });
});
