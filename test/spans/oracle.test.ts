import { Agent, request } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SpanRebuilder } from '../../spans/rebuild.ts';
import type { Span } from '../../spans/span.ts';
import { freePorts } from '../free-ports.ts';
import { outputOf, runConfig, storedFirehose, temporaryFolder } from '../onelog.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const CLIENTS = 64;
const REQUESTS = 10_000;

/**
 * The services' own OpenTelemetry spans, written to files by the SDK, against
 * the spans that the log lines alone give.
 */
test('every span of 10,000 requests by 64 clients equals the true one in every field', async () => {
  const cwd = temporaryFolder();
  const [petstore = 0, payment = 0] = await freePorts(2);
  const service = (name: string, port: number, ...args: string[]): object => ({
    command: process.execPath,
    args: [
      '--import',
      join(root, 'instrumentation', 'register.ts'),
      join(root, 'services', name, 'main.ts'),
      '--port',
      `${port}`,
      ...args,
    ],
    cwd,
    env: { ONELOG_TRUE_SPANS: join(cwd, `${name}.spans`) },
    ready: { port },
  });
  const lab = runConfig(
    cwd,
    {
      payment: service('payment', payment),
      petstore: service(
        'petstore',
        petstore,
        '--payment-url',
        `http://127.0.0.1:${payment}`,
        '--store',
        'events.ndjson',
      ),
    },
    ['--only', 'driver'],
  );
  await outputOf(lab, /(payment|petstore) is ready[^]*(payment|petstore) is ready/);
  const answers = await shop(petstore);
  lab.kill('SIGTERM');
  await lab;

  const truth = ['petstore', 'payment'].flatMap((name) => trueSpans(join(cwd, `${name}.spans`)));
  const rebuilt: Span[] = [];
  const rebuilder = new SpanRebuilder(({ span }) => rebuilt.push(span));
  for (const entry of storedFirehose(cwd)) rebuilder.push(entry);
  rebuilder.end();

  // The run was what it should have been: all kinds of answers, and Payment was asked.
  expect([...answers.keys()].sort()).toEqual(expect.arrayContaining([200, 402, 404]));
  expect(truth.length).toBeGreaterThan(REQUESTS);
  expect(
    truth.some(
      (span) => span.resource['service.name'] === 'payment' && span.parentSpanId !== undefined,
    ),
  ).toBe(true);
  expect(rebuilder.counts).toMatchObject({
    incomplete: 0,
    unplaced: 0,
    late: 0,
    duplicates: 0,
    open: 0,
  });

  const found = new Map(rebuilt.map((span) => [span.traceId + span.spanId, comparable(span)]));
  expect(found.size).toBe(rebuilt.length);
  const different = truth.filter(
    (span) =>
      JSON.stringify(found.get(span.traceId + span.spanId)) !== JSON.stringify(comparable(span)),
  );
  // The first few say more than thousands would.
  expect(different.slice(0, 3).map((span) => found.get(span.traceId + span.spanId))).toEqual(
    different.slice(0, 3),
  );
  expect(rebuilt.length).toBe(truth.length);
}, 120_000);

/** All fields of a span, in one order of keys, without what only a rebuilt one has: its lines, and the events made of them. */
function comparable(span: Span): unknown {
  const { lines: _lines, ...rest } = span;
  const events = span.events.filter(({ attributes }) => attributes['one_log.line'] === undefined);
  return sorted({ ...rest, events });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

const trueSpans = (file: string): Span[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Span);

/** Clients that log in, add pets, put them in baskets, check out and make mistakes. Gives how often each status was answered. */
async function shop(port: number): Promise<Map<number, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const answers = new Map<number, number>();
  const call = async (method: string, path: string, body?: object): Promise<void> => {
    const status = await send(agent, port, method, path, body);
    answers.set(status, (answers.get(status) ?? 0) + 1);
  };
  const card = { number: '4111111111111111', expiry: '12/39', cvc: '123' };
  const client = async (number: number): Promise<void> => {
    const user = `user-${number}`;
    for (let turn = 0; turn < Math.ceil(REQUESTS / CLIENTS / 8); turn++) {
      const name = `pet-${number}-${turn}`;
      await call('POST', '/pets', { name, species: 'Rabbit', price: 1999 });
      await call('PUT', `/users/${user}`);
      await call('POST', `/users/${user}/basket`, { name });
      await call('GET', `/users/${user}/basket`);
      await call('PUT', `/users/${user}/basket`, { card });
      await call('DELETE', '/pets', { name: `no-${name}` });
      await call('GET', '/nowhere');
      await call('DELETE', `/users/${user}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
  agent.destroy();
  return answers;
}

function send(
  agent: Agent,
  port: number,
  method: string,
  path: string,
  body?: object,
): Promise<number> {
  const payload = body === undefined ? '' : JSON.stringify(body);
  const headers =
    payload === ''
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { agent, host: '127.0.0.1', port, path, method, headers },
      (incoming) => {
        incoming.resume().once('end', () => resolve(incoming.statusCode ?? 0));
      },
    );
    outgoing.once('error', reject);
    outgoing.end(payload);
  });
}
