import { createReadStream } from 'node:fs';
import type { Readable, Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { UserError } from './user-error.ts';

const CHUNK_BYTES = 256 * 1024;
/** Compressed input taken at a time, small, for little may stand for very much. */
const COMPRESSED_CHUNK_BYTES = 16 * 1024;

/**
 * A log's bytes, in pieces; `-` is stdin. Gzip and zstd are told by their first
 * bytes, whatever the name, and unpacked; where such a file is cut off or
 * damaged, all before that is given and then `onCut` told why. A `stream` of
 * the file is read instead where the caller has opened it.
 *
 * Throws a UserError, with the file's name, for what cannot be read or is no
 * text: a folder, another compression, UTF-16, or bytes that no text has.
 */
export async function* logBytes(
  file: string,
  onCut: (reason: string) => void,
  stream: Readable = file === '-'
    ? process.stdin
    : createReadStream(file, { highWaterMark: CHUNK_BYTES }),
): AsyncGenerator<Buffer> {
  const source = withHead(stream);
  try {
    const head = (await source.next()).value ?? Buffer.alloc(0);
    const unpack = UNPACKERS.find(({ magic }) => startsWith(head, magic))?.unpack;
    const chunks = joined(head, source);
    if (unpack === undefined) {
      refuseBinary(file, head);
      yield* chunks;
      return;
    }
    let isFirst = true;
    for await (const chunk of unpacked(chunks, unpack(), onCut)) {
      if (isFirst) refuseBinary(file, chunk);
      isFirst = false;
      yield chunk;
    }
  } catch (error) {
    throw error instanceof UserError
      ? error
      : new UserError(`cannot read ${file}: ${reasonOf(error)}`);
  }
}

const UNPACKERS = [
  { magic: [0x1f, 0x8b], unpack: () => createGunzip() },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], unpack: () => createZstdDecompress() },
];

/** What else people have on disk, and what to do with it. */
const REFUSED = [
  { magic: [0x42, 0x5a, 0x68], what: 'compressed by bzip2; unpack it: bzip2 -dc' },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], what: 'compressed by xz; unpack it: xz -dc' },
  { magic: [0x50, 0x4b, 0x03, 0x04], what: 'a zip archive; unpack it: unzip -p' },
  { magic: [0xff, 0xfe], what: 'UTF-16; convert it: iconv -f UTF-16 -t UTF-8' },
  { magic: [0xfe, 0xff], what: 'UTF-16; convert it: iconv -f UTF-16 -t UTF-8' },
];
const LOOKED_AT_BYTES = 64 * 1024;

/** Throws a UserError if a file that begins so is no text. */
export function refuseBinary(file: string, head: Buffer): void {
  const known = REFUSED.find(({ magic }) => startsWith(head, magic));
  if (known) throw new UserError(`${file} is ${known.what} ${file} | …`);
  const looked = head.subarray(0, LOOKED_AT_BYTES);
  if (looked.includes(0) || controls(looked) * 10 > looked.length) {
    throw new UserError(
      `${file} is a binary file; expected a log: lines of text, or such compressed by gzip or zstd`,
    );
  }
}

/** Bytes that no text has: controls but tab, newline, return, form feed and the escapes of colours. */
function controls(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte < 32 && !(byte >= 8 && byte <= 13) && byte !== 27) count++;
  return count;
}

const startsWith = (bytes: Buffer, magic: readonly number[]): boolean =>
  magic.every((byte, at) => bytes[at] === byte);

/** The first chunk has at least the bytes that tell a file's kind, if the file has. */
async function* withHead(source: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const piece of source) {
    const chunk: Buffer = typeof piece === 'string' ? Buffer.from(piece) : piece;
    if (head === undefined) yield chunk;
    else {
      head = Buffer.concat([head, chunk]);
      if (head.length < 8) continue;
      yield head;
      head = undefined;
    }
  }
  if (head !== undefined && head.length > 0) yield head;
}

async function* joined(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

/** Feeds the stream piece by piece and takes all that each piece gives before the next, so that an error loses nothing. */
async function* unpacked(
  chunks: AsyncIterable<Buffer>,
  stream: Transform,
  onCut: (reason: string) => void,
): AsyncGenerator<Buffer> {
  stream.on('error', () => {}); // `errored` keeps it
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length && !stream.errored; at += COMPRESSED_CHUNK_BYTES) {
      let taken = false;
      stream.write(chunk.subarray(at, at + COMPRESSED_CHUNK_BYTES), () => {
        taken = true;
        stream.emit('taken');
      });
      yield* output(stream, () => taken || stream.errored !== null);
    }
    if (stream.errored) break;
  }
  if (!stream.errored) {
    stream.end();
    yield* output(stream, () => stream.readableEnded || stream.errored !== null);
  }
  if (stream.errored) onCut(stream.errored.message);
}

/** What the stream gives until `done`. */
async function* output(stream: Transform, done: () => boolean): AsyncGenerator<Buffer> {
  for (;;) {
    const chunk = stream.read() as Buffer | null;
    if (chunk !== null) yield chunk;
    else if (done()) return;
    else await anyOf(stream, ['readable', 'taken', 'end', 'error']);
  }
}

async function anyOf(stream: Transform, events: readonly string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const event of events) stream.once(event, resolve);
  await promise;
  for (const event of events) stream.off(event, resolve);
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : REASONS[code]) ?? message;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder; name the files in it',
  EACCES: 'permission denied',
};
