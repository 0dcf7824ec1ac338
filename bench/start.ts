import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../test/free-ports.ts';
import { median, report } from './measure.ts';

const ONELOG = fileURLToPath(new URL('../runner/onelog.ts', import.meta.url));
const RUNS = 3;

/** From `onelog run` to the first trace that the query API has, on an installed One Log. */
export async function bench(): Promise<void> {
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) seconds.push(await secondsToTheFirstTrace());
  report('start to the first trace', `${median(seconds).toFixed(2)} s`, 'aim 5.00 s');
}

async function secondsToTheFirstTrace(): Promise<number> {
  const cwd = mkdtempSync(join(tmpdir(), 'one-log-bench-'));
  const [petstore, payment, page] = await freePorts(3);
  const began = performance.now();
  const lab = spawn(
    process.execPath,
    [
      ONELOG,
      'run',
      '--jaeger',
      'embedded',
      '--petstore-port',
      `${petstore}`,
      '--payment-port',
      `${payment}`,
      '--page-port',
      `${page}`,
    ],
    { cwd, stdio: ['ignore', 'ignore', 'ignore'] },
  );
  while (!(await hasTrace(`http://127.0.0.1:${page}/api/traces?service=petstore&limit=1`))) {
    if (lab.exitCode !== null) throw new Error(`the lab exited with ${lab.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const seconds = (performance.now() - began) / 1e3;
  lab.kill('SIGINT');
  await new Promise((resolve) => lab.once('exit', resolve));
  rmSync(cwd, { recursive: true });
  return seconds;
}

async function hasTrace(url: string): Promise<boolean> {
  try {
    const answer = (await (await fetch(url)).json()) as { data?: unknown[] };
    return (answer.data?.length ?? 0) > 0;
  } catch {
    return false;
  }
}
