import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeStoredLog } from '../../../bench/stored-log.ts';
import { scanFile } from '../../../runner/span-workers/scan-file.ts';
import { scanHere } from '../../../runner/span-workers/scan-here.ts';
import type { ScannedBlock } from '../../../spans/fast/block-scanner.ts';
import { SpanScanner } from '../../../spans/fast/span-scanner.ts';

const folder = mkdtempSync(join(tmpdir(), 'one-log-test-'));
/** Large enough for a thread of its own. */
const large = join(folder, 'large.ndjson');
const missing = join(folder, 'missing.ndjson');
let spans = 0;

beforeAll(() => {
  spans = writeStoredLog(large, 30_000).spans;
});
afterAll(() => rmSync(folder, { recursive: true }));

async function spansOf(blocks: AsyncIterable<ScannedBlock>): Promise<string> {
  const scanner = new SpanScanner();
  let ndjson = '';
  for await (const block of blocks) {
    scanner.push(block);
    ndjson += Buffer.from(scanner.take()).toString();
  }
  scanner.end();
  return ndjson + Buffer.from(scanner.take()).toString();
}

test('a large file, scanned in a thread of its own, gives the same spans', async () => {
  const beside = await spansOf(scanFile(large));
  expect(beside.split('\n')).toHaveLength(spans + 1);
  expect(beside === (await spansOf(scanHere(large, () => {})))).toBe(true);
});

test('a file that cannot be read is named', async () => {
  await expect(spansOf(scanFile(missing))).rejects.toThrow(
    `cannot read ${missing}: there is no such file`,
  );
});

test('a file that the thread finds to be no text is refused with its name', async () => {
  const binary = join(folder, 'binary.ndjson');
  writeFileSync(binary, Buffer.alloc(9 * 1024 * 1024));
  await expect(spansOf(scanFile(binary))).rejects.toThrow(binary);
});

test('who stops asking for blocks stops the thread', async () => {
  const blocks = scanFile(large);
  expect((await blocks.next()).done).toBe(false);
  await blocks.return(undefined);
  expect(await blocks.next()).toEqual({ done: true, value: undefined });
});
