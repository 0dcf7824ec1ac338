import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';

/** A body that is not taken, and how HTTP calls that. */
export class BodyError extends Error {
  readonly status: 400 | 408 | 413 | 415 | 503;

  constructor(status: BodyError['status'], message: string) {
    super(message);
    this.name = 'BodyError';
    this.status = status;
  }
}

/** How many bytes of bodies are held at the same time, over all requests. */
export class Budget {
  readonly #most: number;
  #used = 0;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  take(bytes: number): boolean {
    if (this.#used + bytes > this.#most) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

/** Of a body that is not taken, this much more is read, so that who still sends it can read the answer. */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024;

/**
 * A request's body as text, unpacked where it is packed; at most `mostBytes`,
 * counted as they come out, so that a small body that unpacks to a huge one costs
 * no more. What is held is taken from the budget until `use` is done. Rejects
 * with a BodyError.
 */
export async function withBody<T>(
  incoming: IncomingMessage,
  mostBytes: number,
  budget: Budget,
  use: (text: string) => T | Promise<T>,
): Promise<T> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  const release = (): void => {
    budget.give(bytes);
    [chunks, bytes] = [[], 0];
  };
  try {
    await readBody(
      incoming,
      (chunk) => {
        if (bytes + chunk.length > mostBytes) {
          throw new BodyError(413, `more than ${mostBytes} bytes: send fewer lines at once`);
        }
        if (!budget.take(chunk.length)) {
          throw new BodyError(503, 'too much comes at the same time: try again');
        }
        bytes += chunk.length;
        chunks.push(chunk);
      },
      release,
    );
    return await use(Buffer.concat(chunks).toString('utf8'));
  } finally {
    release();
  }
}

/** Reads a body to its end and forgets it. Rejects with a BodyError if it has none. */
export function drain(incoming: IncomingMessage): Promise<void> {
  let bytes = 0;
  return readBody(incoming, (chunk) => {
    bytes += chunk.length;
    if (bytes > MAX_DRAINED_BYTES) throw new BodyError(413, `more than ${MAX_DRAINED_BYTES} bytes`);
  });
}

/**
 * Gives each chunk to `take`. Once that throws, or the packing is broken,
 * `release` is called at once and what is still sent is passed over; rejects
 * when that has come to its end.
 */
function readBody(
  incoming: IncomingMessage,
  take: (chunk: Buffer) => void,
  release: () => void = () => {},
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const encoding = incoming.headers['content-encoding'] ?? 'identity';
  const unpacked = encoding === 'gzip' ? incoming.pipe(createGunzip()) : incoming;
  let failure: BodyError | undefined;
  const fail = (error: BodyError): void => {
    if (failure !== undefined) return;
    failure = error;
    release();
    unpacked.off('data', push);
    if (unpacked !== incoming) {
      incoming.unpipe();
      unpacked.destroy();
    }
    let drained = 0;
    incoming.on('data', (chunk: Buffer) => {
      drained += chunk.length;
      if (drained > MAX_DRAINED_BYTES) reject(error);
    });
    incoming.resume();
    if (incoming.readableEnded) reject(error);
  };
  const push = (chunk: Buffer): void => {
    try {
      take(chunk);
    } catch (error) {
      fail(error as BodyError);
    }
  };
  if (encoding === 'gzip' || encoding === 'identity') unpacked.on('data', push);
  else fail(new BodyError(415, `Content-Encoding: expected gzip or none, got ${encoding}`));
  unpacked.on('error', ({ message }) => fail(new BodyError(400, `not gzip: ${message}`)));
  unpacked.once('end', resolve);
  incoming.once('end', () => failure !== undefined && reject(failure));
  incoming.once('close', () => {
    if (!incoming.complete) reject(new BodyError(408, 'the body did not come to its end'));
  });
  return promise;
}
