import { LineSplitter } from '../stream/line-splitter.ts';
import type { LogEntry } from './entry.ts';
import { parseFirehoseLine } from './wire.ts';

/** A stored line longer than this was not written by a firehose. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** What came of one chunk: its entries in order, and the lines that are no firehose lines. */
export interface Piece {
  readonly entries: readonly LogEntry[];
  readonly notUnderstood: readonly string[];
  /** Read so far. */
  readonly bytes: number;
}

/** Reads a stored firehose in pieces, in the order of its bytes. Memory does not grow with them. */
export async function* readFirehose(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    yield piece(splitter.push(chunk), bytes);
  }
  yield piece(splitter.end(), bytes);
}

function piece(lines: readonly { readonly text: string }[], bytes: number): Piece {
  const entries: LogEntry[] = [];
  const notUnderstood: string[] = [];
  for (const { text } of lines) {
    if (text === '') continue;
    const entry = parseFirehoseLine(text);
    if (entry === undefined) notUnderstood.push(text);
    else entries.push(entry);
  }
  return { entries, notUnderstood, bytes };
}
