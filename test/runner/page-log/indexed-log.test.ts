import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IndexedLog } from '../../../runner/page-log/indexed-log.ts';

let folder: string;
let file: string;
let log: IndexedLog;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-log-page-log-'));
  file = join(folder, 'firehose.ndjson');
  log = new IndexedLog(file);
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true });
});

const line = (seq: number, node = 'a'): string =>
  `{"ts":${1000 + seq}.000000,"node":"${node}","instance":"${node}@lab/1.1","stream":"stdout","seq":${seq},"log":{"message":"${node} ${seq}"}}`;
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `${line(from + index)}\n`).join('');

/** Asks until all is read. */
async function whole(): Promise<{ first: number; next: number }> {
  for (;;) {
    const { first, next, readShare } = await log.state();
    if (readShare === 1) return { first, next };
  }
}
const textOf = async (number: number): Promise<string | undefined> => {
  const block = await log.block(number);
  return block?.lines[number - block.first];
};
/** As it was written long ago: nothing more is on its way. */
const old = (path: string): void => utimesSync(path, 1, 1);

describe('a log by the numbers of its lines', () => {
  test('is empty where there is none, and grows from there', async () => {
    expect(await log.state()).toEqual({ first: 0, next: 0, nodes: [], readShare: 1 });
    expect(await log.block(0)).toBeUndefined();
    writeFileSync(file, lines(0, 3));
    expect(await whole()).toEqual({ first: 0, next: 3 });
    appendFileSync(file, lines(3, 2_000));
    expect(await whole()).toEqual({ first: 0, next: 2_000 });
    expect(await textOf(0)).toBe(line(0));
    expect(await textOf(1_999)).toBe(line(1_999));
    expect(await textOf(2_000)).toBeUndefined();
  });

  test('waits for the rest of a line, and takes a last one that has no newline', async () => {
    writeFileSync(file, `${line(0)}\n{"ts":1,"no`);
    expect(await whole()).toMatchObject({ next: 1 });
    writeFileSync(file, `${line(0)}\n${line(1)}`);
    expect(await whole()).toMatchObject({ next: 2 });
    appendFileSync(file, `\n${line(2)}\n`);
    expect(await whole()).toMatchObject({ next: 3 });
    expect([await textOf(1), await textOf(2)]).toEqual([line(1), line(2)]);
  });

  test('is in its segments, compressed or not, and in the log itself', async () => {
    writeFileSync(join(folder, 'firehose.000001.ndjson.gz'), gzipSync(lines(0, 5_000)));
    writeFileSync(join(folder, 'firehose.000002.ndjson'), lines(5_000, 5_010));
    old(join(folder, 'firehose.000002.ndjson'));
    writeFileSync(file, lines(5_010, 5_020));
    expect(await whole()).toEqual({ first: 0, next: 5_020 });
    for (const number of [0, 2_500, 4_999, 5_000, 5_009, 5_010, 5_019]) {
      expect(await textOf(number)).toBe(line(number));
    }
  });

  test.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('may be compressed itself, by %s', async (_, pack) => {
    writeFileSync(file, pack(lines(0, 9_000)));
    expect(await whole()).toEqual({ first: 0, next: 9_000 });
    expect(await textOf(8_999)).toBe(line(8_999));
    expect(await log.find('a@lab/1.1', 4_321)).toBe(4_321);
  });

  test('keeps its numbers when it is rotated, and the segment compressed, while it is read', async () => {
    writeFileSync(file, lines(0, 1_000));
    await whole();
    const segment = join(folder, 'firehose.000001.ndjson');
    renameSync(file, segment);
    // The last lines were on their way when it was renamed.
    appendFileSync(segment, lines(1_000, 1_001));
    writeFileSync(file, lines(1_001, 1_003));
    old(segment);
    expect(await whole()).toEqual({ first: 0, next: 1_003 });
    writeFileSync(`${segment}.gz`, gzipSync(lines(0, 1_001)));
    rmSync(segment);
    expect(await whole()).toEqual({ first: 0, next: 1_003 });
    expect(await textOf(1_000)).toBe(line(1_000));
    expect(await textOf(1_002)).toBe(line(1_002));
  });

  test('finds the rest of a segment that was compressed before it was read to its end', async () => {
    writeFileSync(file, lines(0, 10));
    await whole();
    rmSync(file);
    writeFileSync(join(folder, 'firehose.000001.ndjson.gz'), gzipSync(lines(0, 15)));
    writeFileSync(file, lines(15, 20));
    expect(await whole()).toEqual({ first: 0, next: 20 });
    expect(await textOf(12)).toBe(line(12));
    expect(await textOf(19)).toBe(line(19));
  });

  test('has no longer what was removed, and says so', async () => {
    const segment = join(folder, 'firehose.000001.ndjson');
    writeFileSync(segment, lines(0, 10));
    old(segment);
    writeFileSync(file, lines(10, 12));
    await whole();
    rmSync(segment);
    expect(await textOf(3)).toBeUndefined();
    expect(await whole()).toEqual({ first: 10, next: 12 });
    expect(await textOf(11)).toBe(line(11));
  });

  test('begins anew with a log that was emptied', async () => {
    writeFileSync(file, lines(0, 10));
    await whole();
    writeFileSync(file, lines(70, 72));
    expect(await whole()).toEqual({ first: 10, next: 12 });
    expect(await textOf(10)).toBe(line(70));
  });

  test('finds a line by its instance and seq', async () => {
    const mixed = Array.from({ length: 6_000 }, (_, at) =>
      at % 7 === 0 ? line(at / 7, 'b') : line(at),
    );
    writeFileSync(file, `${mixed.join('\n')}\n`);
    await whole();
    expect(await log.find('b@lab/1.1', 500)).toBe(3_500);
    expect(await log.find('b@lab/1.1', 5_000)).toBeUndefined();
    expect(await log.find('c@lab/1.1', 0)).toBeUndefined();
  });

  test('finds the first line of a time', async () => {
    writeFileSync(file, lines(0, 6_000));
    await whole();
    expect(await log.at(1_000)).toBe(0);
    expect(await log.at(3_000.5)).toBe(2_001);
    expect(await log.at(1e9)).toBe(6_000);
  });
});
