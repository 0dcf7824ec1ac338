import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeStoredLog } from '../../../bench/stored-log.ts';
import { scanFiles } from '../../../runner/span-workers/scan-files.ts';
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
  const beside = await spansOf(scanFiles([large]));
  expect(beside.split('\n')).toHaveLength(spans + 1);
  expect(beside === (await spansOf(scanHere([large], () => {})))).toBe(true);
});

test.each([
  ['here', [missing]],
  ['by the thread', [large, missing]],
])('a file that cannot be read %s is named', async (_, files) => {
  await expect(spansOf(scanFiles(files))).rejects.toThrow(
    `cannot read ${missing}: there is no such file`,
  );
});

test('who stops asking for blocks stops the thread', async () => {
  const blocks = scanFiles([large]);
  expect((await blocks.next()).done).toBe(false);
  await blocks.return(undefined);
  expect(await blocks.next()).toEqual({ done: true, value: undefined });
});
