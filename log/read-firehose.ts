import { createReadStream } from 'node:fs';
import { LineSplitter } from '../stream/line-splitter.ts';
import type { LogEntry } from './entry.ts';
import { parseFirehoseLine } from './wire.ts';

/** A stored line longer than this was not written by a firehose. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** What came of one piece of a file: its entries in order, and the lines that are no firehose lines. */
export interface Piece {
  readonly entries: readonly LogEntry[];
  readonly notUnderstood: readonly string[];
  /** Of the file, read so far. */
  readonly bytes: number;
}

/**
 * Reads a stored firehose in pieces, in the file's order; `-` is stdin. Memory
 * does not grow with the file. Throws the file system's error.
 */
export async function* readFirehose(file: string): AsyncGenerator<Piece> {
  const stream =
    file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 256 * 1024 });
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
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
