import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileLog, type FileLogOptions } from '../../log/file-log.ts';
import { listSegments } from '../../log/log-segments.ts';
import { eventually, temporaryFolder } from '../onelog.ts';
import { check } from '../property.ts';

const open = (path: string, options: Partial<FileLogOptions> = {}): FileLog =>
  new FileLog(path, {
    drain: () => {},
    error: (error) => {
      throw error;
    },
    ...options,
  });

const textOf = (file: string): string => {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
};

/** All that a log and its segments hold, in the order in which they are read. */
const wholeText = (path: string): string =>
  [...listSegments(path).map(({ file }) => file), path].map(textOf).join('');

describe('a log that rotates', () => {
  test('loses, doubles and cuts no line, whatever is written', async () => {
    await check(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(99_999), { minLength: 1, maxLength: 5 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 80 }),
        async (batches, maxBytes) => {
          const path = join(temporaryFolder(), 'all.ndjson');
          const texts = batches.map((lines) => lines.map((line) => `${line}\n`).join(''));
          for (const half of [texts.slice(0, 10), texts.slice(10)]) {
            const log = open(path, { maxBytes });
            for (const text of half) log.write(text, 1);
            await log.close();
          }
          expect(wholeText(path)).toBe(texts.join(''));
          for (const { file } of listSegments(path)) expect(textOf(file)).toMatch(/\n$/);
        },
      ),
      30,
    );
  });

  test.skipIf(process.platform === 'win32')('leaves a device where it is', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'all.ndjson');
    symlinkSync('/dev/null', path);
    const log = open(path, { maxBytes: 10 });
    for (const line of ['first line\n', 'second line\n']) log.write(line, 1);
    await log.close();
    expect(readdirSync(folder)).toEqual(['all.ndjson']);
  });

  test('says that all is written, and that a disk takes nothing', async () => {
    const log = open(join(temporaryFolder(), 'all.ndjson'));
    log.write('a line\n', 1);
    expect(await log.settled()).toBe(true);
    await log.close();
    if (!existsSync('/dev/full')) return;
    const full = open('/dev/full', { error: () => {} });
    full.write('a line\n', 1);
    expect(await full.settled()).toBe(false);
    await full.close();
  });

  test('compresses what it has put away, and leaves nothing else behind', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'all.ndjson');
    const log = open(path, { maxBytes: 10 });
    for (const line of ['first line\n', 'second line\n', 'third\n']) log.write(line, 1);
    const packed = ['all.000001.ndjson.gz', 'all.000002.ndjson.gz', 'all.ndjson'];
    await eventually(() =>
      readdirSync(folder).sort().join() === packed.join() ? true : undefined,
    );
    await log.close();
    expect(wholeText(path)).toBe('first line\nsecond line\nthird\n');
  });

  test('compresses later what an earlier run has left', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'all.ndjson');
    writeFileSync(join(folder, 'all.000007.ndjson'), 'left\n');
    const log = open(path, { maxBytes: 1 });
    await eventually(() => listSegments(path).find(({ file }) => file.endsWith('.gz')));
    log.write('a\n', 1);
    log.write('b\n', 1);
    await log.close();
    expect(listSegments(path).map(({ number }) => number)).toEqual([7, 8]);
    expect(wholeText(path)).toBe('left\na\nb\n');
  });

  test('begins a new one when the old one is old enough', async () => {
    const path = join(temporaryFolder(), 'all.ndjson');
    let now = Date.now();
    const log = open(path, { maxAgeMs: 60_000, now: () => now });
    log.write('a\n', 1);
    now += 59_000;
    log.write('b\n', 1);
    now += 2_000;
    log.write('c\n', 1);
    await log.close();
    expect(listSegments(path).map(({ file }) => textOf(file))).toEqual(['a\nb\n']);
    expect(readFileSync(path, 'utf8')).toBe('c\n');
  });

  test('removes the oldest beyond the bound on all, and says so', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'all.ndjson');
    for (const number of [1, 2, 3]) {
      writeFileSync(join(folder, `all.00000${number}.ndjson.gz`), 'x'.repeat(100));
    }
    const said: string[] = [];
    const log = open(path, { maxTotalBytes: 250, trouble: (message) => said.push(message) });
    await eventually(() => (log.removed.segments > 0 ? true : undefined));
    await log.close();
    expect(log.removed).toEqual({ segments: 1, bytes: 100 });
    expect(said).toEqual([
      `removed ${join(folder, 'all.000001.ndjson.gz')} (100 bytes): the log may have 250 in all`,
    ]);
  });

  test('lets the sources wait while segments come faster than they can be compressed', async () => {
    const path = join(temporaryFolder(), 'all.ndjson');
    let free = 0;
    const log = open(path, { maxBytes: 1, drain: () => free++ });
    const taken = Array.from({ length: 10 }, (_, line) => log.write(`${line}\n`, 1));
    await eventually(() => (free > 0 && !log.isFull ? true : undefined));
    await log.close();
    expect([taken[0], taken.at(-1)]).toEqual([true, false]);
    expect(wholeText(path)).toBe(Array.from({ length: 10 }, (_, line) => `${line}\n`).join(''));
  });

  test('takes no file for a segment that only looks like one', () => {
    const folder = temporaryFolder();
    for (const name of [
      'all.1.ndjson',
      'all.000001.json',
      'tall.000001.ndjson',
      'all.000001.ndjson.gz.part',
    ]) {
      writeFileSync(join(folder, name), 'x\n');
    }
    expect(listSegments(join(folder, 'all.ndjson'))).toEqual([]);
  });
});
