import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFirehoseLine } from '../log/wire.ts';
import { scanFile } from '../runner/span-workers/scan-file.ts';
import { WriteBehind } from '../runner/write-behind.ts';
import { BlockScanner } from '../spans/fast/block-scanner.ts';
import { SpanScanner } from '../spans/fast/span-scanner.ts';
import { wholeLines } from '../spans/fast/whole-lines.ts';
import { SpanRebuilder } from '../spans/rebuild.ts';
import { cpuSeconds, median, pairwise, report, thousands } from './measure.ts';
import { writeStoredLog } from './stored-log.ts';

const LINES = 500_000;
const LINES_END_TO_END = 3_000_000;
const RUNS = 5;

/**
 * Spans from stored firehoses of 300-byte lines: on one core from bytes in
 * memory to NDJSON, beside JSON.parse alone on the same lines, and the way live
 * lines take; then end to end, from a file to a file, with a thread that scans.
 */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'one-log-bench-'));
  await onOneCore(join(folder, 'some.ndjson'));
  await endToEnd(join(folder, 'many.ndjson'), join(folder, 'spans.ndjson'));
  rmSync(folder, { recursive: true });
}

async function onOneCore(file: string): Promise<void> {
  const { lines, spans } = writeStoredLog(file, LINES);
  const log = readFileSync(file);
  const blocks = await Array.fromAsync(wholeLines(ReadableStream.from(chunks(log))));
  const perSecond = (seconds: number): number => lines / seconds;
  const scan = async (): Promise<number> =>
    perSecond((await cpuSeconds(() => expectSpans(spans, scanned(blocks)))).seconds);
  const rebuild = async (): Promise<number> =>
    perSecond((await cpuSeconds(() => expectSpans(spans, rebuilt(log)))).seconds);
  const parse = async (): Promise<number> => perSecond(await parseSeconds(blocks));
  const fast = await pairwise(RUNS, scan, parse);
  const live = await pairwise(RUNS, rebuild, parse);
  report(
    `spans from stored lines of ${Math.round(log.length / lines)} bytes, one core`,
    `${thousands(fast.a)} lines/s`,
    `${fast.ratio.toFixed(2)} of JSON.parse alone (aim 0.90)`,
  );
  report(
    'spans from parsed lines, as live',
    `${thousands(live.a)} lines/s`,
    `${live.ratio.toFixed(2)} of it`,
  );
  report('JSON.parse alone on the same lines', `${thousands(fast.b)} lines/s`);
}

function* chunks(log: Buffer): Generator<Buffer> {
  const size = 256 * 1024;
  for (let at = 0; at < log.length; at += size) yield log.subarray(at, at + size);
}

function scanned(blocks: readonly Uint8Array<ArrayBuffer>[]): number {
  const scanner = new BlockScanner();
  const spans = new SpanScanner();
  for (const block of blocks) {
    spans.push(scanner.scan(block));
    spans.take();
  }
  spans.end();
  return spans.counts.complete;
}

function rebuilt(log: Buffer): number {
  const rebuilder = new SpanRebuilder(() => {});
  for (const line of log.toString().split('\n')) {
    const entry = parseFirehoseLine(line);
    if (entry !== undefined) rebuilder.push(entry);
  }
  rebuilder.end();
  return rebuilder.counts.complete;
}

/** Of JSON.parse alone: what makes lines of the blocks is not counted. */
async function parseSeconds(blocks: readonly Uint8Array<ArrayBuffer>[]): Promise<number> {
  let total = 0;
  for (const block of blocks) {
    const lines = Buffer.from(block).toString('latin1').trimEnd().split('\n');
    const { seconds } = await cpuSeconds(() => {
      for (const line of lines) JSON.parse(line);
    });
    total += seconds;
  }
  return total;
}

async function endToEnd(file: string, target: string): Promise<void> {
  const { lines, spans } = writeStoredLog(file, LINES_END_TO_END);
  const runs: { wall: number; cpu: number }[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { seconds, wallSeconds } = await cpuSeconds(async () => {
      const output = await open(target, 'w');
      const scanner = new SpanScanner();
      const behind = new WriteBehind((piece) => output.write(piece));
      for await (const block of scanFile(file)) {
        scanner.push(block);
        await behind.take(scanner.take());
      }
      scanner.end();
      await behind.take(scanner.take());
      await behind.end();
      await output.close();
      expectSpans(spans, scanner.counts.complete);
    });
    runs.push({ wall: lines / wallSeconds, cpu: lines / seconds });
  }
  report(
    'spans from a file to a file, two threads',
    `${thousands(median(runs.map(({ wall }) => wall)))} lines/s`,
    `${thousands(median(runs.map(({ cpu }) => cpu)))} lines/CPU-s (aim 1,000,000 lines/s)`,
  );
}

function expectSpans(expected: number, given: number): void {
  if (given !== expected) throw new Error(`${given} spans instead of ${expected}`);
}
