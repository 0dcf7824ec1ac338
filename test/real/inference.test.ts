import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { RuleMachine } from '../../rules/machine.ts';
import { readLogs } from '../../runner/read-logs.ts';
import { readRules } from '../../runner/read-rules.ts';
import { compareSpans, type Comparison } from '../../spans/compare.ts';
import { SpansFromIds } from '../../spans/infer/from-ids.ts';
import { SpansFromRules } from '../../spans/infer/from-rules.ts';
import { readSpans } from '../../spans/read-spans.ts';
import type { Span } from '../../spans/span.ts';
import { freePorts } from '../free-ports.ts';
import { outputOf, runConfig, storedFirehose, temporaryFolder } from '../onelog.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const REQUESTS = 2_000;
const NODES = ['petstore', 'payment'];

test.each([1, 4, 16, 64])(
  'the lab with %i clients is rebuilt from ids without boundaries',
  async (clients) => {
    const cwd = await runLab('json', clients);
    const entries = storedFirehose(cwd).filter(
      ({ log }) => log['msg'] !== 'span start' && log['msg'] !== 'span end',
    );
    const rebuilt: Span[] = [];
    const spans = new SpansFromIds(({ span }) => rebuilt.push(span));
    for (const entry of entries) spans.push(entry);
    spans.end();
    const logged = new Set(
      entries.flatMap(({ log }) => (log['span_id'] === undefined ? [] : `${log['span_id']}`)),
    );
    const { spans: found, parents, traces, invented } = compared(cwd, rebuilt);
    expect(found.matched).toBe(logged.size);
    expect(invented.count).toBe(0);
    expect(parents.nearestRight).toBeGreaterThanOrEqual(0.99);
    expect(traces.rightOfFound / traces.true).toBeGreaterThanOrEqual(0.95);
  },
  60_000,
);

test.each([
  { clients: 1, share: 0.999 },
  { clients: 4, share: 0.99 },
  { clients: 16, share: 0.95 },
])(
  'the lab with $clients clients is rebuilt from text without ids',
  async ({ clients, share }) => {
    const cwd = await runLab('text', clients);
    const rebuilt: Span[] = [];
    const spans = new SpansFromRules(({ span }) => rebuilt.push(span));
    for (const node of NODES) {
      const lines = storedFirehose(cwd).filter((entry) => entry.node === node);
      const file = join(cwd, `${node}.log`);
      writeFileSync(file, lines.map(({ log }) => `${String(log['message'])}\n`).join(''));
      const rules = new RuleMachine(readRules([`${node}-text`]), (action) => spans.push(action));
      for await (const entries of readLogs([file])) {
        for (const entry of entries) rules.push(entry);
      }
      rules.end();
    }
    spans.end();
    const { spans: found, parents } = compared(cwd, rebuilt);
    expect(Math.min(found.precision, found.recall)).toBeGreaterThanOrEqual(0.999);
    expect(parents.nearestRight).toBeGreaterThanOrEqual(share);
  },
  60_000,
);

function compared(cwd: string, rebuilt: readonly Span[]): Comparison {
  const truth = NODES.flatMap((node) =>
    readSpans(readFileSync(join(cwd, `${node}.spans`), 'utf8')),
  );
  return compareSpans(truth, rebuilt);
}

/** Runs PetStore and Payment for some thousand requests; gives the folder of their firehose and true spans. */
async function runLab(style: 'json' | 'text', clients: number): Promise<string> {
  const cwd = temporaryFolder();
  const [petstore = 0, payment = 0] = await freePorts(2);
  const service = (name: string, port: number, ...args: string[]): object => ({
    command: process.execPath,
    args: [
      `--import=${join(root, 'instrumentation', 'register.ts')}`,
      join(root, 'services', name, 'main.ts'),
      `--port=${port}`,
      `--log-style=${style}`,
      ...args,
    ],
    cwd,
    env: { ONELOG_TRUE_SPANS: join(cwd, `${name}.spans`) },
    ready: { port },
  });
  const paying = [`--payment-url=http://127.0.0.1:${payment}`, '--store=events.ndjson'];
  const nodes = {
    payment: service('payment', payment),
    petstore: service('petstore', petstore, ...paying),
  };
  const lab = runConfig(cwd, nodes, ['--only', 'driver']);
  await outputOf(lab, /(payment|petstore) is ready[^]*(payment|petstore) is ready/);
  await Promise.all(
    Array.from({ length: clients }, (_, client) => shop(petstore, client, REQUESTS / clients)),
  );
  lab.kill('SIGTERM');
  await lab;
  return cwd;
}

async function shop(port: number, client: number, requests: number): Promise<void> {
  const user = `/users/user-${client}`;
  const ask = async (method: string, path: string, body?: object): Promise<number> => {
    const send = (): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      });
    const response = await send().catch((error: Error) => {
      // On a slow machine the server may close an idle connection just as it is used again.
      if ((error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNRESET') return send();
      throw error;
    });
    await response.arrayBuffer();
    return response.status;
  };
  const card = { number: '4111111111111111', expiry: '12/39', cvc: '123' };
  for (let turn = 0; turn < requests / 7; turn++) {
    const name = `pet-${client}-${turn}`;
    const price = 1_000 + 100 * ((client * 7 + turn) % 20);
    await ask('POST', '/pets', { name, species: 'Rabbit', price });
    await ask('PUT', user);
    await ask('POST', `${user}/basket`, { name });
    await ask('GET', `${user}/basket`);
    await ask('PUT', `${user}/basket`, { card });
    await ask('DELETE', '/pets', { name: `no-${name}` });
    await ask('DELETE', user);
  }
}
