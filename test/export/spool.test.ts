import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Spool } from '../../export/spool.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-log-spool-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (maxBytes = 1_000_000) => new Spool(folder, maxBytes);

/** Reads and removes until nothing is left. */
async function drained(spool: Spool): Promise<string[][]> {
  const batches: string[][] = [];
  for (let batch = await spool.read(); batch; batch = await spool.read()) {
    batches.push(batch.lines);
    await spool.remove(batch.sequence);
  }
  return batches;
}

describe('a spool', () => {
  test('gives batches by their numbers, whatever order they came in', async () => {
    const spool = open();
    await Promise.all([spool.put(7, ['7a', '7b']), spool.put(3, ['3']), spool.put(5, ['5'])]);
    expect([spool.first, spool.last, spool.spans]).toEqual([3, 7, 4]);
    expect(await drained(spool)).toEqual([['3'], ['5'], ['7a', '7b']]);
    expect([spool.first, spool.last, spool.spans]).toEqual([undefined, -1, 0]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('has a file a batch, for its owner alone, that survives until it is removed', async () => {
    const before = open();
    await before.put(12, ['{"a":1}', '{"b":"ü"}']);
    await before.read();
    expect(readdirSync(folder)).toEqual(['000000000012-2.ndjson']);
    expect(statSync(join(folder, '000000000012-2.ndjson')).mode & 0o777).toBe(0o600);
    expect(await drained(open())).toEqual([['{"a":1}', '{"b":"ü"}']]);
  });

  test('takes no file for a batch that was not renamed, and removes it', async () => {
    writeFileSync(join(folder, '000000000001-1.ndjson.part'), 'torn');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    expect(open().first).toBeUndefined();
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });

  test('drops the oldest over its bound, and counts their spans', async () => {
    const spool = open(25);
    for (const sequence of [0, 1, 2, 3]) await spool.put(sequence, ['1234', '5678']); // 10 bytes each
    expect(spool.dropped).toBe(4);
    expect([spool.first, spool.spans]).toEqual([2, 4]);
  });

  test('does not drop the batch that is on its way', async () => {
    const spool = open(25);
    await spool.put(0, ['1234', '5678']);
    await spool.read();
    for (const sequence of [1, 2, 3]) await spool.put(sequence, ['1234', '5678']);
    expect([spool.first, spool.dropped]).toEqual([0, 4]);
    await spool.remove(0);
    expect(await drained(spool)).toEqual([['1234', '5678']]);
  });

  test('counts a batch that cannot be read as dropped, and goes on with the next', async () => {
    const spool = open();
    await spool.put(0, ['lost', 'too']);
    await spool.put(1, ['kept']);
    rmSync(join(folder, '000000000000-2.ndjson'));
    await expect(spool.read()).rejects.toThrow('ENOENT');
    expect(spool.dropped).toBe(2);
    expect(await drained(spool)).toEqual([['kept']]);
  });

  test('rejects what it cannot write, and is whole afterwards', async () => {
    const spool = open();
    rmSync(folder, { recursive: true });
    await expect(spool.put(0, ['a'])).rejects.toThrow('ENOENT');
    expect(spool.spans).toBe(0);
    open(); // makes the folder again
    await spool.put(1, ['b']);
    expect(await drained(spool)).toEqual([['b']]);
  });
});
