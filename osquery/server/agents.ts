import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJsonObject, type JsonObject } from '../../log/entry.ts';
import { terminalText } from '../../log/terminal-text.ts';
import { BodyError, Budget, drain, withBody } from './body.ts';
import type { Distributed } from './distributed.ts';
import { endpointOf } from './endpoint.ts';
import { safeHostName } from './host-name.ts';
import type { Intake } from './intake.ts';
import type { EnrolledAgent, NodeKeys } from './node-keys.ts';

export interface AgentsOptions {
  readonly keys: NodeKeys;
  /** What agents must know to enroll; without one all may. */
  readonly secret?: string;
  /** The configuration that agents are given now. */
  readonly config: () => JsonObject;
  /** Told of what a person may want to know; `level` is pino's. */
  readonly tell: (message: string, level: number) => void;
}

/** A full post of an agent has 1024 lines, seldom of more than a kilobyte. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** What does not log has little to say. */
const MAX_SMALL_BODY_BYTES = 1024 * 1024;
const MAX_BODIES_BYTES = 64 * 1024 * 1024;
/** A message that comes again within this time is not said again. */
const SAY_AGAIN_MS = 60_000;
const MAX_SAID = 1_000;

interface Answer {
  readonly status: number;
  readonly body: JsonObject | string;
}

const NODE_INVALID: Answer = { status: 200, body: { node_invalid: true } };
const DONE: Answer = { status: 200, body: { node_invalid: false } };

/** A refusal that the agent takes for one: it tries again. */
const refused = (status: number, error: string): Answer => ({ status, body: { error } });

/**
 * The server's side of the talk with all agents.
 *
 * An agent reads no HTTP status: it takes an answer for a success if it is a JSON
 * object without `error`, or empty, and deletes what it has logged. So every
 * answer to what was not done has an `error`.
 */
export class Agents {
  readonly #options: AgentsOptions;
  readonly #intake: Intake;
  readonly #distributed: Distributed;
  readonly #budget = new Budget(MAX_BODIES_BYTES);
  /** Unix ms by message. */
  readonly #said = new Map<string, number>();

  constructor(options: AgentsOptions, intake: Intake, distributed: Distributed) {
    this.#options = options;
    this.#intake = intake;
    this.#distributed = distributed;
  }

  /** Never rejects. */
  async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    outgoing.on('error', () => {}); // it has gone; it will come again
    let answer: Answer;
    try {
      answer = await this.#answerTo(incoming);
    } catch (error) {
      answer =
        error instanceof BodyError
          ? refused(error.status, error.message)
          : refused(500, 'an error of the server: try again');
      this.#say(
        error instanceof BodyError
          ? `osquery: refused a post from ${incoming.socket.remoteAddress ?? 'an agent'}: ${error.message}`
          : `osquery: ${(error as Error).stack ?? String(error)}`,
        40,
      );
    }
    const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    const isJson = typeof answer.body !== 'string';
    outgoing.writeHead(answer.status, {
      'content-type': isJson ? 'application/json' : 'text/plain',
      'content-length': Buffer.byteLength(body),
      ...(!incoming.complete && { connection: 'close' }),
    });
    outgoing.end(body);
  }

  handshakeFailed({ code, message }: NodeJS.ErrnoException, caFile: string): void {
    if (code === 'ECONNRESET') return;
    const hint = /unknown ca|bad certificate|certificate unknown/i.test(message)
      ? ` (give the agent --tls_server_certs=${caFile})`
      : '';
    this.#say(`osquery: a TLS connection failed: ${code ?? message}${hint}`, 40);
  }

  async #answerTo(incoming: IncomingMessage): Promise<Answer> {
    const { method, url = '' } = incoming;
    const endpoint = endpointOf(url);
    if (endpoint === undefined) {
      return refused(404, 'expected a path that ends in enroll, config, log, read or write');
    }
    // The hidden --tls_node_api asks so, and has the configuration in a text.
    if (method === 'GET' && endpoint === 'config') {
      const key = new URL(url, 'https://host').searchParams.get('node_key') ?? '';
      if (this.#options.keys.find(key) === undefined) return NODE_INVALID;
      return { status: 200, body: { config: JSON.stringify(this.#options.config()) } };
    }
    if (method !== 'POST') return refused(405, 'expected POST');
    const most = endpoint === 'log' || endpoint === 'write' ? MAX_BODY_BYTES : MAX_SMALL_BODY_BYTES;
    if (endpoint === 'carve start' || endpoint === 'carve continue') {
      await drain(incoming);
      return this.#refuseCarve(endpoint);
    }
    // A key that is wrong spares the memory.
    const inHeader = /^NodeKey (.+)$/i.exec(incoming.headers.authorization ?? '')?.[1];
    if (
      inHeader !== undefined &&
      endpoint !== 'enroll' &&
      this.#options.keys.find(inHeader) === undefined
    ) {
      await drain(incoming);
      return NODE_INVALID;
    }
    return withBody(incoming, most, this.#budget, (text) => {
      const body = parseBody(text);
      if (endpoint === 'enroll') return this.#enroll(body);
      const inBody = body['node_key'];
      const agent = this.#options.keys.find(inHeader ?? (typeof inBody === 'string' ? inBody : ''));
      return agent === undefined ? NODE_INVALID : this.#serve(endpoint, agent, text, body);
    });
  }

  async #serve(
    endpoint: 'config' | 'log' | 'read' | 'write',
    { host }: EnrolledAgent,
    text: string,
    body: JsonObject,
  ): Promise<Answer> {
    if (endpoint === 'config') return { status: 200, body: this.#options.config() };
    if (endpoint === 'read') return { status: 200, body: this.#distributed.read(host) };
    if (endpoint === 'write') {
      this.#distributed.write(host, body);
      return DONE;
    }
    const { log_type: type, data } = body;
    if ((type !== 'result' && type !== 'status') || !Array.isArray(data)) {
      return refused(400, 'expected log_type "result" or "status", and data as a list');
    }
    const isTaken = await this.#intake.take(host, text, data);
    return isTaken ? DONE : refused(503, 'the log takes nothing now: try again');
  }

  /** An empty node key is how an agent learns that it may not. */
  #enroll(body: JsonObject): Answer {
    const { secret, keys } = this.#options;
    const { enroll_secret: given, host_identifier: identifier, host_details: details } = body;
    const host = safeHostName(typeof identifier === 'string' ? identifier : '');
    if (secret !== undefined && !(typeof given === 'string' && isSame(given.trim(), secret))) {
      this.#say(`osquery: ${host} may not enroll: it has another secret, or none`, 40);
      return {
        status: 200,
        body: { node_key: '', node_invalid: true, error: 'the enroll secret is wrong' },
      };
    }
    const agent = agentName(details);
    const key = keys.give({ host, agent, enrolledMs: Date.now() });
    this.#say(`osquery: ${host} enrolled (${agent})`, 30);
    return { status: 200, body: { node_key: key, node_invalid: false } };
  }

  /**
   * Without a session id an agent stops at once; an `error` it would try again.
   * One that goes on with a session of another server gets no JSON, and stops.
   */
  #refuseCarve(endpoint: 'carve start' | 'carve continue'): Answer {
    this.#say('osquery: refused a carve: files are not taken', 40);
    return endpoint === 'carve start'
      ? { status: 200, body: { message: 'carves are not taken here' } }
      : { status: 403, body: 'carves are not taken here' };
  }

  #say(message: string, level: number): void {
    const now = Date.now();
    if (now - (this.#said.get(message) ?? 0) < SAY_AGAIN_MS) return;
    if (this.#said.size >= MAX_SAID) this.#said.clear();
    this.#said.set(message, now);
    this.#options.tell(message, level);
  }
}

function parseBody(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BodyError(400, 'expected JSON');
  }
  if (!isJsonObject(value)) throw new BodyError(400, 'expected a JSON object');
  return value;
}

/** In a time that tells nothing of the secret. */
function isSame(given: string, secret: string): boolean {
  const [a, b] = [given, secret].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** `osquery 5.12.1`, as far as it says so. */
function agentName(details: JsonObject[string] | undefined): string {
  const info = details !== undefined && isJsonObject(details) ? details['osquery_info'] : undefined;
  const version = info !== undefined && isJsonObject(info) ? info['version'] : undefined;
  return typeof version === 'string'
    ? `osquery ${terminalText(version).slice(0, 40)}`
    : 'osquery of unknown version';
}
