import { createReadStream, type ReadStream } from 'node:fs';
import { once } from 'node:events';
import { listSegments, type Segment } from '../log/log-segments.ts';
import { logBytes } from './log-bytes.ts';
import { say } from './say.ts';

/**
 * The bytes of a stored log with its older segments before it, in pieces and in
 * the order of writing, also while a running lab writes and rotates it: each
 * segment is given once. `-` is stdin. Compressed files are unpacked.
 *
 * Segments that were last written before `sinceMs`, Unix time, are left out.
 * `onCut` is told why a compressed file could not be read to its end. Throws a
 * UserError for what cannot be read or is no text.
 */
export async function* storedBytes(
  file: string,
  onCut: (reason: string) => void,
  sinceMs = 0,
): AsyncGenerator<Buffer> {
  if (file === '-') return yield* logBytes(file, onCut);
  let done = 0;
  for (;;) {
    for (const segment of segmentsAfter(file, done)) {
      done = segment.number;
      if (segment.writtenMs < sinceMs) continue;
      yield* segmentBytes(file, segment, onCut);
    }
    // The log may become a segment at any time. Once it is open and no new segment is there, it
    // is what comes after those that were read, whatever its name will be.
    const log = createReadStream(file, { highWaterMark: CHUNK_BYTES });
    const failure = await openFailure(log);
    if (segmentsAfter(file, done).length > 0) {
      log.destroy();
      continue;
    }
    // Segments alone are a log too: one that was moved away, or has just become the last of them.
    if (failure !== 'ENOENT' || done === 0) yield* logBytes(file, onCut, log);
    return;
  }
}

const CHUNK_BYTES = 256 * 1024;

const segmentsAfter = (log: string, done: number): Segment[] =>
  listSegments(log).filter(({ number }) => number > done);

async function* segmentBytes(
  log: string,
  { number, file }: Segment,
  onCut: (reason: string) => void,
): AsyncGenerator<Buffer> {
  let source = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  if ((await openFailure(source)) === 'ENOENT') {
    // It has just been compressed, or removed for the bound on the total.
    const now = listSegments(log).find((segment) => segment.number === number);
    if (now === undefined) return say(`${file} was removed before it could be read`);
    source = createReadStream(now.file, { highWaterMark: CHUNK_BYTES });
  }
  yield* logBytes(file, onCut, source);
}

/** The error's code where the file cannot be opened; its reader is told all of it. */
async function openFailure(stream: ReadStream): Promise<string | undefined> {
  try {
    await once(stream, 'open');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
