import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { FileLog } from '../log/file-log.ts';
import { Firehose } from '../log/firehose.ts';
import { nowMicros } from '../runner/clock.ts';
import { concernsSpans, SpanRebuilder } from '../spans/rebuild.ts';
import { LineSplitter } from '../stream/line-splitter.ts';
import { cpuSeconds, pairwise, report, thousands } from './measure.ts';

const FLOOD = fileURLToPath(new URL('flood.mjs', import.meta.url));
const LINES_EACH = 200_000;
const RUNS = 5;

/**
 * Two processes that flood, merged into the firehose and appended to a file,
 * beside a reader of the same two pipes that only splits at newlines and calls
 * JSON.parse. By the clock, and by the CPU time of the reading process, which
 * for the firehose includes the writing of the file.
 */
export async function bench(): Promise<void> {
  for (const by of ['wall', 'cpu'] as const) {
    const { a, b, ratio } = await pairwise(
      RUNS,
      async () => (await throughTheFirehose())[by],
      async () => (await splitAndParse())[by],
    );
    const unit = by === 'wall' ? 'lines/s' : 'lines/CPU-s';
    report('firehose, two processes flooding', `${thousands(a)} ${unit}`);
    report(
      'newline split and JSON.parse alone',
      `${thousands(b)} ${unit}`,
      `firehose ${ratio.toFixed(2)} of it${by === 'wall' ? ' (aim 0.80)' : ''}`,
    );
  }
}

interface LinesPerSecond {
  readonly wall: number;
  readonly cpu: number;
}

async function throughTheFirehose(): Promise<LinesPerSecond> {
  const folder = mkdtempSync(join(tmpdir(), 'one-log-bench-'));
  const { seconds, wallSeconds, result } = await cpuSeconds(async () => {
    const children = [flood(), flood()];
    const resume = (): void => children.forEach((child) => child.resume());
    const log = new FileLog(join(folder, 'firehose.ndjson'), {
      drain: resume,
      error: (error) => {
        throw error;
      },
    });
    const rebuilder = new SpanRebuilder(() => {});
    let lines = 0;
    const hose = new Firehose(nowMicros, ({ entries, text }) => {
      lines += entries.length;
      if (!log.write(text, entries.length)) children.forEach((child) => child.pause());
      for (const entry of entries) if (concernsSpans(entry)) rebuilder.push(entry);
    });
    await Promise.all(
      children.map((child, index) => {
        const source = hose.source(`flood-${index}`, `flood-${index}@bench/1.1`);
        const splitter = new LineSplitter(1024 * 1024);
        child.on('data', (chunk: Buffer) => source.write('stdout', splitter.push(chunk)));
        return new Promise((resolve) => child.once('end', resolve));
      }),
    );
    await log.close();
    return lines;
  });
  rmSync(folder, { recursive: true });
  return { wall: result / wallSeconds, cpu: result / seconds };
}

async function splitAndParse(): Promise<LinesPerSecond> {
  const { seconds, wallSeconds, result } = await cpuSeconds(async () => {
    let lines = 0;
    const read = async (child: Readable): Promise<void> => {
      let rest = '';
      child.setEncoding('utf8');
      child.on('data', (chunk: string) => {
        const parts = (rest + chunk).split('\n');
        rest = parts.pop() ?? '';
        for (const part of parts) JSON.parse(part);
        lines += parts.length;
      });
      await new Promise((resolve) => child.once('end', resolve));
    };
    await Promise.all([read(flood()), read(flood())]);
    return lines;
  });
  return { wall: result / wallSeconds, cpu: result / seconds };
}

function flood(): Readable {
  return spawn(process.execPath, [FLOOD, `${LINES_EACH}`], { stdio: ['ignore', 'pipe', 'inherit'] })
    .stdout;
}
