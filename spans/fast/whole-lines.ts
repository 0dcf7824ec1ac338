import { Buffer } from 'node:buffer';
import { PADDING } from './literal.ts';

const NEWLINE = 10;

/**
 * Puts chunks of a log together to blocks of whole lines, each in memory of its
 * own, with PADDING after them. A last line without a newline gets one. A line of more than
 * `maxLineBytes` is cut as if there were newlines in it.
 *
 * @param blockBytes that a block has at least, but for the last
 */
export async function* wholeLines(
  chunks: AsyncIterable<Uint8Array>,
  { blockBytes = 1024 * 1024, maxLineBytes = 64 * 1024 * 1024 } = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes < blockBytes) continue;
    const last = chunk.lastIndexOf(NEWLINE);
    if (last === -1 && bytes <= maxLineBytes) continue;
    const rest = last === -1 ? new Uint8Array(0) : chunk.slice(last + 1);
    yield joined(waiting, bytes - rest.length);
    waiting = [rest];
    bytes = rest.length;
  }
  if (bytes > 0) yield joined(waiting, bytes);
}

/** The first `length` bytes, ended by a newline. */
function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const block = Buffer.allocUnsafeSlow(length + 1 + PADDING);
  let at = 0;
  for (const chunk of chunks) {
    const piece = chunk.subarray(0, length - at);
    block.set(piece, at);
    at += piece.length;
  }
  if (block[length - 1] === NEWLINE) return block.subarray(0, length);
  block[length] = NEWLINE;
  return block.subarray(0, length + 1);
}
