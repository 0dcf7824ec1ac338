import { request, type IncomingMessage } from 'node:http';

const ANSWER_MS = 5000;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The JSON that a Docker engine answers to a GET at its socket
 * (https://docs.docker.com/reference/api/engine/version/v1.41/); undefined where
 * no engine answers, in time or at all: a machine without containers is no error.
 */
export async function askEngine(socketPath: string, path: string): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = { host: 'docker' };
    request({ socketPath, path, headers, signal, agent: false }, resolve)
      .once('error', reject)
      .end();
    const answer = await promise;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) return undefined;
      chunks.push(chunk);
    }
    return answer.statusCode === 200 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
  } catch {
    return undefined;
  }
}
