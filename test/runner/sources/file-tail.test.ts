import {
  closeSync,
  copyFileSync,
  openSync,
  renameSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FileTail, type FileTailOptions } from '../../../runner/sources/file-tail.ts';
import { temporaryFolder } from '../../onelog.ts';
import { check } from '../../property.ts';

function follow(path: string, options: Partial<FileTailOptions> = {}) {
  const got: string[] = [];
  const tail = new FileTail(path, {
    fromEnd: false,
    maxLineBytes: 1_000,
    onLines: (lines) => got.push(...lines.map(({ text }) => text)),
    onHead: () => {},
    ...options,
  });
  onTestFinished(() => tail.close());
  return { tail, got };
}

const append = (path: string, text: string): void => writeFileSync(path, text, { flag: 'a' });

type Step = 'write' | 'write a part' | 'rotate' | 'rotate late' | 'look';
const steps = fc.array(
  fc.constantFrom<Step>('write', 'write a part', 'rotate', 'rotate late', 'look'),
  { maxLength: 40 },
);

describe('a file that is followed', () => {
  test('gives each line once and in order, however it is renamed', async () => {
    await check(
      fc.asyncProperty(steps, async (steps) => {
        const path = join(temporaryFolder(), 'app.log');
        const { tail, got } = follow(path);
        const written: string[] = [];
        let fd = openSync(path, 'a');
        let rotations = 0;
        let rest = '';
        const write = (text: string): void => void writeSync(fd, text);
        const line = (): string => `line ${written.push(`line ${written.length}`) - 1}`;
        const rotate = (): void => renameSync(path, `${path}.${++rotations}`);
        await tail.look();
        for (const step of steps) {
          if (step === 'look') await tail.look();
          if (step === 'write') {
            write(rest === '' ? `${line()}\n` : `${rest}\n`);
            rest = '';
          }
          if (step === 'write a part' && rest === '') {
            const text = line();
            write(text.slice(0, 3));
            rest = text.slice(3);
          }
          if (step === 'rotate' || step === 'rotate late') {
            rotate();
            // A writer that learns of it later still has the old file.
            if (step === 'rotate late') write(rest === '' ? `${line()}\n` : `${rest}\n`);
            else if (rest !== '') write(`${rest}\n`);
            rest = '';
            closeSync(fd);
            fd = openSync(path, 'a');
          }
        }
        if (rest !== '') write(`${rest}\n`);
        closeSync(fd);
        await tail.close();
        expect(got).toEqual(written);
      }),
      60,
    );
  });

  test('gives what is still written to a file that was renamed', async () => {
    const path = join(temporaryFolder(), 'app.log');
    const { tail, got } = follow(path);
    append(path, 'one\n');
    await tail.look();
    renameSync(path, `${path}.1`);
    append(path, 'new\n');
    await tail.look();
    append(`${path}.1`, 'late\n');
    await tail.look();
    append(path, 'newer\n');
    await tail.look();
    expect(got).toEqual(['one', 'new', 'late', 'newer']);
  });

  test('is read anew from its start when it is truncated, also where it has grown beyond since', async () => {
    const path = join(temporaryFolder(), 'app.log');
    const { tail, got } = follow(path);
    append(path, 'one\ntwo\nhal');
    await tail.look();
    copyFileSync(path, `${path}.copy`);
    truncateSync(path);
    await tail.look();
    append(path, 'three\n');
    await tail.look();
    truncateSync(path);
    append(path, 'four, and more than there was before\n');
    await tail.look();
    expect(got).toEqual(['one', 'two', 'hal', 'three', 'four, and more than there was before']);
  });

  test('is waited for, and can be begun at its end', async () => {
    const path = join(temporaryFolder(), 'app.log');
    const early = follow(path, { fromEnd: true });
    await early.tail.look();
    expect(early.tail.isOpen).toBe(false);
    append(path, 'old\n');
    const late = follow(path, { fromEnd: true });
    await Promise.all([early.tail.look(), late.tail.look()]);
    append(path, 'fresh\n');
    await Promise.all([early.tail.look(), late.tail.look()]);
    expect(early.got).toEqual(['old', 'fresh']);
    expect(late.got).toEqual(['fresh']);
  });

  test('takes no other file that has a similar name for its own', async () => {
    const path = join(temporaryFolder(), 'app.log');
    const { tail, got } = follow(path);
    append(path, 'one\n');
    await tail.look();
    append(`${path}.copy`, 'not its own\n');
    append(`${path}x`, 'not its own\n');
    renameSync(path, `${path}.1`);
    append(path, 'two\n');
    await tail.look();
    expect(got).toEqual(['one', 'two']);
  });
});
