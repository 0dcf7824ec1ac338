import { request, type IncomingMessage } from 'node:http';
import { json, text } from 'node:stream/consumers';
import { UserError } from '../user-error.ts';

/** Where a Docker engine listens. */
export type EngineAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number };

/** An answer of the engine that says that something is wrong. */
export class EngineError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'EngineError';
    this.status = status;
  }
}

const DEFAULT_HOST = 'unix:///var/run/docker.sock';
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
const ANSWER_MS = 10_000;

/**
 * A Docker engine, or what speaks its API
 * (https://docs.docker.com/reference/api/engine/version/v1.41/), read only: it
 * is asked by GET alone.
 */
export class DockerEngine {
  /** As DOCKER_HOST has it. */
  readonly name: string;
  readonly #address: EngineAddress;

  /** @param dockerHost `unix:///path` or `tcp://127.0.0.1:2375`; throws a UserError for others */
  constructor(dockerHost: string | undefined) {
    this.name = dockerHost === undefined || dockerHost === '' ? DEFAULT_HOST : dockerHost;
    this.#address = engineAddress(this.name);
  }

  /** The JSON of an answer. Rejects with an EngineError, or Node's error where no engine answers. */
  async json(path: string, signal: AbortSignal): Promise<unknown> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    return json(await this.stream(path, within));
  }

  /** An answer as it comes; it has no end as long as it is followed. */
  async stream(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = { host: 'docker' };
    request({ ...this.#address, path, headers, signal, agent: false }, resolve)
      .once('error', reject)
      .end();
    const answer = await promise;
    const { statusCode: status = 0 } = answer;
    if (status === 200) return answer;
    throw new EngineError(status, messageOf(await text(answer)));
  }

  /** What to tell the user where no engine answers. */
  unreachable(error: unknown): UserError {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = (code === undefined ? undefined : REASONS[code]) ?? message;
    return new UserError(`no Docker engine answers at ${this.name}: ${why}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket; start Docker, or name another by DOCKER_HOST',
  ECONNREFUSED: 'nobody listens there; start Docker, or name another by DOCKER_HOST',
  EACCES: 'permission denied; this user is not in the group that owns the socket',
};

/** Throws a UserError for what is no address of an engine on this machine. */
export function engineAddress(dockerHost: string): EngineAddress {
  const url = URL.parse(dockerHost);
  if (url?.protocol === 'unix:' && url.pathname.length > 1) {
    return { socketPath: decodeURIComponent(url.pathname) };
  }
  // `tcp:` is no scheme whose host URL knows to read.
  const tcp = URL.parse(dockerHost.replace(/^tcp:/, 'http:'));
  if (tcp?.protocol === 'http:' && LOOPBACK.test(tcp.hostname)) {
    return { host: tcp.hostname.replace(/^\[|\]$/g, ''), port: Number(tcp.port || 2375) };
  }
  throw new UserError(
    `DOCKER_HOST: expected unix:///path/to/docker.sock, or tcp://127.0.0.1:2375 on this machine alone, not ${JSON.stringify(dockerHost)}`,
  );
}

/** Errors come as `{"message": …}`. */
function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return String(message);
  } catch {
    return body.trim().slice(0, 500);
  }
}
