import { expect, test } from 'vitest';
import { WriteBehind } from '../../runner/write-behind.ts';

const piece = (byte: number): Uint8Array => new Uint8Array([byte]);

test('a piece is written while the next is made, and never two at a time', async () => {
  const steps: string[] = [];
  const written: (() => void)[] = [];
  const behind = new WriteBehind((bytes) => {
    steps.push(`began ${bytes[0]}`);
    return new Promise<void>((resolve) => written.push(resolve));
  });
  await behind.take(piece(1));
  steps.push('made 2');
  const second = behind.take(piece(2));
  expect(steps).toEqual(['began 1', 'made 2']);
  written[0]?.();
  await second;
  expect(steps).toEqual(['began 1', 'made 2', 'began 2']);
  written[1]?.();
  await behind.end();
});

test('what could not be written is said to who takes the next piece, and at the end', async () => {
  const behind = new WriteBehind(() => Promise.reject(new Error('the disk is full')));
  await behind.take(piece(1));
  await expect(behind.take(piece(2))).rejects.toThrow('the disk is full');
  await expect(behind.end()).rejects.toThrow('the disk is full');
});
