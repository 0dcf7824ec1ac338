import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wholeLines } from '../../../spans/fast/whole-lines.ts';
import { check } from '../../property.ts';

async function blocksOf(
  chunks: readonly string[],
  options: { blockBytes?: number; maxLineBytes?: number },
): Promise<string[]> {
  const blocks: string[] = [];
  const bytes = ReadableStream.from(chunks.map((chunk) => Buffer.from(chunk)));
  for await (const block of wholeLines(bytes, options)) blocks.push(Buffer.from(block).toString());
  return blocks;
}

test('blocks are whole lines, and all of them', async () => {
  await check(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom('a', '\n'), maxLength: 9 })),
      fc.integer({ min: 1, max: 20 }),
      async (chunks, blockBytes) => {
        const blocks = await blocksOf(chunks, { blockBytes });
        const text = chunks.join('');
        expect(blocks.join('')).toBe(text === '' || text.endsWith('\n') ? text : `${text}\n`);
        for (const block of blocks) expect(block.at(-1)).toBe('\n');
      },
    ),
  );
});

test('a line that is too long is cut', async () => {
  const blocks = await blocksOf(['aaaa', 'aaaa', 'aaaa', '\nb'], {
    blockBytes: 4,
    maxLineBytes: 6,
  });
  expect(blocks.join('')).toBe('aaaaaaaa\naaaa\nb\n');
});
