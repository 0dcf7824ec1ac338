import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FileLog } from '../../log/file-log.ts';
import { Firehose } from '../../log/firehose.ts';
import { listSegments } from '../../log/log-segments.ts';
import { readStored } from '../../runner/read-stored.ts';
import { eventually, temporaryFolder } from '../onelog.ts';

/** A firehose into a log of small segments. */
function smallLog() {
  const path = join(temporaryFolder(), 'firehose.ndjson');
  const log = new FileLog(path, {
    drain: () => {},
    error: (error) => {
      throw error;
    },
    maxBytes: 2_000,
  });
  let micros = 0;
  const hose = new Firehose(
    () => ++micros,
    ({ entries, text }) => void log.write(text, entries.length),
  );
  return { path, log, source: hose.source('web', 'web@lab/1.1') };
}

async function seqsOf(path: string): Promise<number[]> {
  const seqs: number[] = [];
  for await (const entries of readStored([path])) seqs.push(...entries.map(({ seq }) => seq));
  return seqs;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('a stored firehose', () => {
  test('is read with its older segments, compressed or not', async () => {
    const { path, log, source } = smallLog();
    for (let line = 0; line < 200; line++) source.say({ line });
    await eventually(() => listSegments(path).find(({ file }) => file.endsWith('.gz')));
    await log.close();
    expect(listSegments(path).length).toBeGreaterThan(5);
    expect(await seqsOf(path)).toEqual(upTo(200));
  });

  test('is read once and whole while it is written and rotates', async () => {
    const { path, log, source } = smallLog();
    source.say({ line: 'first' });
    let lines = 1;
    const writer = setInterval(() => {
      for (let line = 0; line < 3; line++, lines++) source.say({ line });
    }, 2);
    onTestFinished(() => clearInterval(writer));
    await eventually(() => listSegments(path).at(3));
    for (let times = 0; times < 5; times++) {
      const before = lines;
      const seqs = await seqsOf(path);
      expect(seqs).toEqual(upTo(seqs.length));
      expect(seqs.length).toBeGreaterThanOrEqual(before - 100);
    }
    clearInterval(writer);
    await log.close();
    expect(await seqsOf(path)).toEqual(upTo(lines));
  });

  test('is what its segments are, where the log itself was moved away', async () => {
    const { path, log, source } = smallLog();
    for (let line = 0; line < 40; line++) source.say({ line });
    await log.close();
    expect(listSegments(path).length).toBeGreaterThan(0);
    rmSync(path);
    const seqs = await seqsOf(path);
    expect(seqs).toEqual(upTo(seqs.length));
    expect(seqs.length).toBeGreaterThan(0);
  });

  test('is asked for in vain with a sentence', async () => {
    const path = join(temporaryFolder(), 'nothing.ndjson');
    await expect(seqsOf(path)).rejects.toThrow(`cannot read ${path}: there is no such file`);
  });
});
