import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../log/entry.ts';
import { readLogs, type ReadLogsOptions } from '../../runner/read-logs.ts';
import { temporaryFolder } from '../onelog.ts';

const line = (n: number): string =>
  `2026-11-23 09:00:${String(n % 60).padStart(2, '0')}.000 INFO line ${n}\n`;
const LINES = Array.from({ length: 5_000 }, (_, n) => line(n % 60)).join('');

async function read(files: readonly string[], options?: ReadLogsOptions) {
  const logs = readLogs(files, options);
  const entries: LogEntry[] = [];
  for await (const batch of logs) entries.push(...batch);
  return { entries, summary: logs.summary };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

describe('reading a log', () => {
  test.each([
    ['as it is', 'shop.log', Buffer.from(LINES)],
    ['packed by gzip', 'shop.log.gz', gzipSync(LINES)],
    [
      'packed by gzip in two members',
      'shop.gz',
      Buffer.concat([gzipSync(LINES.slice(0, 999)), gzipSync(LINES.slice(999))]),
    ],
    ['packed by zstd, by another name', 'shop.log', zstdCompressSync(LINES)],
  ])('%s gives its lines and says what was found', async (_, name, content) => {
    const path = file(name, content);
    const { entries, summary } = await read([path]);
    expect(entries.map(({ text }) => `${text}\n`).join('')).toBe(LINES);
    expect(entries.at(-1)).toMatchObject({ node: 'shop', source: { file: path, line: 5_000 } });
    expect(summary).toMatchObject([
      { file: path, lines: 5_000, bytes: LINES.length, late: 0, notUnderstood: 0 },
    ]);
    expect(summary[0]?.formats).toEqual(new Map([['text with time', 5_000]]));
    expect(summary[0]).not.toHaveProperty('truncated');
  });

  test.each([
    ['gzip', gzipSync(randomText(300_000), { level: 1 })],
    ['zstd', zstdCompressSync(randomText(300_000))],
  ])('a %s file that is cut off gives all before the cut, and the reason', async (_, packed) => {
    const whole = randomText(300_000);
    const { entries, summary } = await read([
      file('cut.gz', packed.subarray(0, packed.length / 2)),
    ]);
    const text = entries.map(({ text }) => text).join('\n');
    expect(whole.startsWith(text)).toBe(true);
    expect(text.length).toBeGreaterThan(whole.length / 4);
    expect(summary[0]?.truncated).toMatch(/end of file/);
  });

  test('a packed file that is damaged in the middle gives what came before', async () => {
    const packed = gzipSync(randomText(300_000));
    const middle = packed.length >> 1;
    packed.fill(0xff, middle, middle + 64);
    const { entries, summary } = await read([file('bad.gz', packed)]);
    expect(entries.length).toBeGreaterThan(100);
    expect(summary[0]?.truncated).toBeTypeOf('string');
  });

  test('stdin is read as a file is', async () => {
    const program = `
      import { readLogs } from '${new URL('../../runner/read-logs.ts', import.meta.url).href}';
      for await (const batch of readLogs(['-'])) for (const { node, seq, log } of batch) console.log(node, seq, log.msg);`;
    const { stdout } = await execa({
      input: gzipSync(line(1) + line(2)),
    })`${process.execPath} --input-type=module -e ${program}`;
    expect(stdout).toBe('stdin 0 line 1\nstdin 1 line 2');
  });

  test('several are merged by time, each with its own summary', async () => {
    const [a, b] = [file('a.log', line(1) + line(3) + line(5)), file('b.log', line(2) + line(4))];
    const { entries, summary } = await read([a, b]);
    expect(entries.map(({ node, log }) => `${node} ${String(log['msg'])}`)).toEqual([
      'a line 1',
      'b line 2',
      'a line 3',
      'b line 4',
      'a line 5',
    ]);
    expect(summary.map(({ lines }) => lines)).toEqual([3, 2]);
  });

  test('times without a zone are in the one that is asked for', async () => {
    const path = file('a.log', line(0));
    const { entries } = await read([path], { timeZone: 'Europe/Berlin' });
    expect(entries[0]?.ts).toBe(Date.parse('2026-11-23T08:00:00Z') / 1e3);
  });

  test('times without a year are of the year of the file’s last change', async () => {
    const path = file('a.log', 'Dec 31 23:59:59 lab su: x\nJan  1 00:00:01 lab su: y\n');
    utimesSync(path, 0, Date.parse('2020-01-01T00:00:01Z') / 1e3);
    const { entries } = await read([path]);
    expect(entries.map(({ ts }) => new Date(ts * 1e3).getUTCFullYear())).toEqual([2019, 2020]);
  });

  test('an empty file gives nothing', async () => {
    const { entries, summary } = await read([file('a.log', '')]);
    expect([entries, summary[0]?.lines]).toEqual([[], 0]);
  });
});

describe('what is no log', () => {
  test.each([
    [
      'a program',
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]),
      /is a binary file; expected a log/,
    ],
    ['controls', Buffer.alloc(100, 2), /is a binary file/],
    ['a packed program', gzipSync(Buffer.alloc(100)), /is a binary file/],
    ['bzip2', Buffer.from('BZh91AY&SY'), /is compressed by bzip2; unpack it: bzip2 -dc/],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]), /is compressed by xz/],
    ['a zip', Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), /is a zip archive/],
    ['UTF-16', Buffer.from('\ufeffhello', 'utf16le'), /is UTF-16; convert it: iconv/],
  ])('such as %s, is refused by name', async (_, content, message) => {
    const path = file('a.log', content);
    await expect(read([path])).rejects.toThrow(message);
    await expect(read([path])).rejects.toThrow(path);
  });

  test('or is not there, or a folder, is refused with the reason', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'logs'));
    await expect(read([join(folder, 'none.log')])).rejects.toThrow(
      `cannot read ${join(folder, 'none.log')}: there is no such file`,
    );
    await expect(read([join(folder, 'logs')])).rejects.toThrow(
      'it is a folder; name the files in it',
    );
  });

  test('or is asked for in a way that makes no sense, is refused', () => {
    expect(() => readLogs(['a', 'a'])).toThrow('a is named twice');
    expect(() => readLogs(['a'], { timeZone: 'Mars' })).toThrow('Expected a time zone');
    expect(() => readLogs(['a'], { slackSeconds: Number.NaN })).toThrow('number of seconds');
  });
});

/** Lines that do not pack well, always the same. */
function randomText(bytes: number): string {
  let state = 1;
  let text = '';
  while (text.length < bytes) {
    state = (state * 48_271) % 2_147_483_647;
    text += `${state.toString(36)}${state % 9 === 0 ? '\n' : ' '}`;
  }
  return text;
}
