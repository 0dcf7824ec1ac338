import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { OSQUERY_VERSION } from './host-facts.ts';

export type JsonObject = Record<string, unknown>;

/** A request that did not reach the server, or was not answered as it should be. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
}

const ANSWER_MS = 16_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * osquery's remote API: JSON by POST over TLS. The server's certificate and name
 * are always verified. As osquery does, it looks at the body alone and not at the
 * HTTP status: an empty body is `{}`, one that is no JSON object or has an `error`
 * is a failure.
 */
export class TlsTransport {
  readonly #host: string;
  readonly #port: string;
  readonly #certificates: string;
  #agent: Agent | undefined;

  /**
   * @param hostname `host[:port]`
   * @param certificates path of a PEM file, read when a connection is made anew; empty for the system's
   */
  constructor(hostname: string, certificates: string) {
    const url = URL.parse(`https://${hostname}`);
    if (url === null || hostname === '' || url.pathname !== '/') {
      throw new TransportError(
        `--tls_hostname: expected host:port without a scheme, such as 127.0.0.1:8088, not ${JSON.stringify(hostname)}`,
      );
    }
    this.#host = url.hostname.replace(/^\[|\]$/g, '');
    this.#port = url.port || '443';
    this.#certificates = certificates;
  }

  /** Sends a JSON text. Rejects with a TransportError, or an AbortError. */
  async post(path: string, body: string, options: PostOptions): Promise<JsonObject> {
    const { signal, nodeKey, compress = false } = options;
    try {
      const answer = parsed(await this.#send(path, body, nodeKey, compress, signal));
      const { error } = answer;
      if (error !== undefined && error !== '')
        throw new TransportError(`it says: ${String(error)}`);
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      // What was wrong with a connection, or with the certificates, is not to stay.
      this.close();
      const { message } = error as Error;
      throw new TransportError(`https://${this.#host}:${this.#port}${path}: ${message}`);
    }
  }

  /** Ends the connections that are kept. */
  close(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  async #send(
    path: string,
    body: string,
    nodeKey: string | undefined,
    compress: boolean,
    signal: AbortSignal,
  ): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const bytes = compress ? gzipSync(body) : Buffer.from(body);
    request(
      {
        host: this.#host,
        port: this.#port,
        path,
        method: 'POST',
        agent: (this.#agent ??= this.#connections()),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'user-agent': `osquery/${OSQUERY_VERSION}`,
          'content-length': bytes.length,
          ...(compress && { 'content-encoding': 'gzip' }),
          ...(nodeKey !== undefined && { authorization: `NodeKey ${nodeKey}` }),
        },
      },
      resolve,
    )
      .on('error', reject)
      .end(bytes);
    return textOf(await promise);
  }

  #connections(): Agent {
    return new Agent({
      keepAlive: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(this.#certificates !== '' && { ca: readFileSync(this.#certificates) }),
    });
  }
}

export interface PostOptions {
  readonly signal: AbortSignal;
  readonly nodeKey?: string;
  readonly compress?: boolean;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new TransportError('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): JsonObject {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Said below.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw new TransportError(`expected a JSON object, not ${JSON.stringify(text.slice(0, 80))}`);
}
