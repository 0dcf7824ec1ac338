import { randomBytes } from 'node:crypto';
import { Agent, request, type IncomingMessage } from 'node:http';
import { Answer, type CardKind, type Command } from '../../driver/petstore/command.ts';
import { UserError } from '../user-error.ts';

/** An answer longer than this is no list of pets. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Test numbers of the card schemes: the check digit is right but for the refused one; no bank knows them. */
const CARDS: Readonly<Record<CardKind, object>> = {
  valid: { number: '4111111111111111', expiry: '12/39', cvc: '123' },
  expired: { number: '4111111111111111', expiry: '01/20', cvc: '123' },
  refused: { number: '4111111111111112', expiry: '12/39', cvc: '123' },
  invalid: { number: '4111111111111111', expiry: '12/39', cvc: 'none' },
};

export interface Reply {
  readonly answer: Answer;
  /** Of the header Retry-After, where there is one. */
  readonly retryAfterSeconds?: number;
}

/** A call without an answer: it may have taken effect, or may yet. */
export class NoAnswer extends Error {
  /** For people: `did not answer within 5 s`. */
  readonly why: string;

  constructor(why: string) {
    super(why);
    this.name = 'NoAnswer';
    this.why = why;
  }
}

/**
 * A PetStore at an address, asked over connections that are kept. Pets and
 * users are named within a scope: on the wire `Rex` is `SCOPERex`, so that
 * nobody else's are touched or seen.
 */
export class PetStoreClient {
  readonly address: string;
  readonly #host: string;
  readonly #port: number;
  readonly #timeoutMs: number;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(host: string, port: number, timeoutMs: number) {
    this.#host = host;
    this.#port = port;
    this.#timeoutMs = timeoutMs;
    this.address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /**
   * Gives a command, in the trace `traceId`. Rejects with NoAnswer where
   * nobody knows what came of it, and with a UserError where what answers is no
   * PetStore.
   */
  async give(command: Command, scope: string, traceId = newTraceId()): Promise<Reply> {
    const { method, path, body } = requestOf(command, scope);
    const { status, headers, text } = await this.#send(method, path, body, traceId);
    const answer = answerOf(command, status, text, scope);
    if (answer === undefined) {
      throw new UserError(
        `${this.address} is no PetStore: to ${method} ${path} it answers ${status} with ${brief(text)}, where a JSON object with a type was expected`,
      );
    }
    const seconds = Number(headers['retry-after'] ?? Number.NaN);
    return { answer, ...(seconds >= 0 && { retryAfterSeconds: seconds }) };
  }

  /** Whether a PetStore answers; rejects with a UserError that says what else is there. */
  async probe(): Promise<void> {
    try {
      const { answer } = await this.give({ type: 'ListPets' }, '');
      if (answer.status === 200 && answer.type === 'Pets' && Array.isArray(answer['pets'])) return;
      throw new UserError(
        `${this.address} is no PetStore: to GET /pets it answers ${answer.status} ${answer.type}, where 200 and {"type":"Pets","pets":[…]} were expected`,
      );
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      throw new UserError(
        `${this.address} ${error.why}; is that where PetStore runs? \`npm start\` starts one`,
      );
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    method: string,
    path: string,
    body: object | undefined,
    traceId: string,
  ): Promise<{ status: number; headers: IncomingMessage['headers']; text: string }> {
    const { promise, resolve, reject } = Promise.withResolvers<{
      status: number;
      headers: IncomingMessage['headers'];
      text: string;
    }>();
    const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const outgoing = request(
      {
        agent: this.#agent,
        host: this.#host,
        port: this.#port,
        method,
        path,
        headers: {
          traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
          ...(sent && { 'content-type': 'application/json', 'content-length': sent.length }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        incoming.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_ANSWER_BYTES) incoming.destroy(new Error('its answer does not end'));
          else chunks.push(chunk);
        });
        incoming.once('error', reject);
        incoming.once('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    const timer = setTimeout(
      () => outgoing.destroy(new NoAnswer(`did not answer within ${this.#timeoutMs / 1e3} s`)),
      this.#timeoutMs,
    );
    outgoing.once('error', reject);
    outgoing.end(sent);
    return promise
      .catch((error: unknown) => {
        throw error instanceof NoAnswer
          ? error
          : new NoAnswer(whyOf(error as NodeJS.ErrnoException));
      })
      .finally(() => clearTimeout(timer));
  }
}

export const newTraceId = (): string => randomBytes(16).toString('hex');

function requestOf(
  command: Command,
  scope: string,
): { method: string; path: string; body?: object } {
  const named = (name: string) => ({ name: scope + name });
  const home = 'user' in command ? `/users/${encodeURIComponent(scope + command.user)}` : '';
  switch (command.type) {
    case 'Add':
      return {
        method: 'POST',
        path: '/pets',
        body: { ...command.pet, ...named(command.pet.name) },
      };
    case 'Remove':
      return { method: 'DELETE', path: '/pets', body: named(command.name) };
    case 'ListPets':
      return { method: 'GET', path: '/pets' };
    case 'UserLogin':
      return { method: 'PUT', path: home };
    case 'UserLogout':
      return { method: 'DELETE', path: home };
    case 'AddToBasket':
      return { method: 'POST', path: `${home}/basket`, body: named(command.name) };
    case 'RemoveFromBasket':
      return { method: 'DELETE', path: `${home}/basket`, body: named(command.name) };
    case 'GetUserBasket':
      return { method: 'GET', path: `${home}/basket` };
    case 'CheckoutBasket':
      return { method: 'PUT', path: `${home}/basket`, body: { card: CARDS[command.card] } };
  }
}

/** The answer with its names as within `scope`; a name from outside is left out, and so are pets listed without one. */
function answerOf(
  { type }: Command,
  status: number,
  text: string,
  scope: string,
): Answer | undefined {
  const local = (key: string, value: unknown): unknown => {
    if ((key !== 'name' && key !== 'user') || typeof value !== 'string') return value;
    return value.startsWith(scope) ? value.slice(scope.length) : undefined;
  };
  let answer: Answer | undefined;
  try {
    answer = Answer.safeParse({ ...(JSON.parse(text, local) as object), status }).data;
  } catch {
    return undefined;
  }
  const pets = answer?.['pets'];
  if (type !== 'ListPets' || answer === undefined || !Array.isArray(pets)) return answer;
  return {
    ...answer,
    pets: pets.filter((pet: { name?: unknown } | null) => pet?.name !== undefined),
  };
}

const brief = (text: string): string =>
  text === '' ? 'nothing' : JSON.stringify(text.slice(0, 80));

function whyOf({ code, message }: NodeJS.ErrnoException): string {
  if (code?.startsWith('HPE_') === true) return 'does not speak HTTP';
  return WHY[code ?? ''] ?? `cannot be reached: ${message}`;
}

const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections: nobody listens there',
  ECONNRESET: 'closed the connection without an answer',
  EPIPE: 'closed the connection without an answer',
  ENOTFOUND: 'is not known: there is no host of that name',
  EAI_AGAIN: 'is not known: the name of the host cannot be looked up now',
  EHOSTUNREACH: 'cannot be reached: there is no way to that host',
  ENETUNREACH: 'cannot be reached: there is no way to that host',
  ETIMEDOUT: 'does not answer',
};
