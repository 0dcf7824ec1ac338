import { createWriteStream } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { say } from '../say.ts';
import { UserError } from '../user-error.ts';
import type { FlameFormat } from './flame-output.ts';

/** What is no text for people, by the names that its programs look for. */
const FILES: Partial<Record<FlameFormat, { readonly name: string; readonly opens: string }>> = {
  svg: { name: 'flamegraph.svg', opens: 'a browser' },
  speedscope: { name: 'flamegraph.speedscope.json', opens: 'https://www.speedscope.app' },
  pprof: { name: 'flamegraph.pb.gz', opens: 'go tool pprof' },
  perfetto: { name: 'flamegraph.perfetto.json', opens: 'https://ui.perfetto.dev' },
};

const BATCH_LENGTH = 64 * 1024;

/** Writes to a file or stdout; to a file of a usual name where stdout is a terminal and it is no text for people. */
export async function writeOutput(
  content: Iterable<string | Uint8Array>,
  format: FlameFormat,
  output: string | undefined,
): Promise<void> {
  const usual = FILES[format];
  const file = output ?? (process.stdout.isTTY ? usual?.name : undefined);
  const target: Writable =
    file === undefined || file === '-' ? process.stdout : createWriteStream(file);
  try {
    await pipeline(Readable.from(batches(content)), target, { end: target !== process.stdout });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Who reads it has seen enough.
    if (code === 'EPIPE') return;
    throw new UserError(`cannot write ${file ?? 'to stdout'}: ${message}`);
  }
  if (target !== process.stdout) say(`${file} is for ${usual?.opens ?? 'reading'}`);
}

function* batches(content: Iterable<string | Uint8Array>): Generator<string | Uint8Array> {
  let text = '';
  for (const piece of content) {
    if (typeof piece === 'string') text += piece;
    else yield piece;
    if (text.length < BATCH_LENGTH) continue;
    yield text;
    text = '';
  }
  yield text;
}
