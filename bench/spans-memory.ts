import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { report, thousands } from './measure.ts';
import { writeStoredLog } from './stored-log.ts';

const ONELOG = fileURLToPath(new URL('../runner/onelog.ts', import.meta.url));

/** The most memory that `onelog spans` has held when it was done, with a log and with one ten times as long. */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'one-log-bench-'));
  const file = join(folder, 'firehose.ndjson');
  for (const wanted of [1_000_000, 10_000_000]) {
    const { lines } = writeStoredLog(file, wanted);
    const peak = await peakMegabytes(file);
    report(
      `onelog spans, memory with ${thousands(lines)} lines`,
      peak === undefined ? 'unknown here' : `${Math.round(peak)} MB`,
    );
  }
  rmSync(folder, { recursive: true });
}

async function peakMegabytes(file: string): Promise<number | undefined> {
  const child = spawn(process.execPath, [ONELOG, 'spans', file], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  let peak: number | undefined;
  const look = setInterval(() => (peak = peakOf(child.pid) ?? peak), 50);
  const [code] = (await once(child, 'exit')) as [number];
  clearInterval(look);
  if (code !== 0) throw new Error(`onelog spans exited with ${code}`);
  return peak;
}

/** Linux alone tells it. */
function peakOf(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
