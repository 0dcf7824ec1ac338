import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pairwise, report } from './measure.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const REQUESTS = 4_000;
const RUNS = 5;

/**
 * What instrumentation costs PetStore: the same requests (a pet added, all pets
 * listed, the pet removed) against the bare service and against
 * the instrumented one, both logging into a pipe that is read.
 */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'one-log-bench-'));
  const children: ChildProcess[] = [];
  try {
    const bare = await startPetStore(folder, 'bare', [], children);
    const register = join(root, 'instrumentation', 'register.ts');
    const instrumented = await startPetStore(
      folder,
      'instrumented',
      ['--import', register],
      children,
    );
    for (const clients of [1, 8]) {
      const { a, b, ratio } = await pairwise(
        RUNS,
        () => microsecondsPerRequest(instrumented, clients),
        () => microsecondsPerRequest(bare, clients),
      );
      const who = clients === 1 ? '1 client' : `${clients} clients`;
      report(`PetStore request, instrumented, ${who}`, `${a.toFixed(0)} µs`);
      report(
        `PetStore request, bare, ${who}`,
        `${b.toFixed(0)} µs`,
        `instrumented ${ratio.toFixed(2)} × (aim 1.50)`,
      );
    }
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

/** Gives the port it listens at. */
async function startPetStore(
  folder: string,
  name: string,
  nodeArgs: string[],
  children: ChildProcess[],
): Promise<number> {
  const main = join(root, 'services', 'petstore', 'main.ts');
  const store = join(folder, `${name}.ndjson`);
  const child = spawn(process.execPath, [...nodeArgs, main, '--port', '0', '--store', store], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  return new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"listening"')) resolve((JSON.parse(line) as { port: number }).port);
    });
    child.once('exit', (code) => reject(new Error(`PetStore exited with ${code}`)));
  });
}

async function microsecondsPerRequest(port: number, clients: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const began = performance.now();
  const client = async (number: number): Promise<void> => {
    for (let turn = 0; turn < REQUESTS / clients / 3; turn++) {
      const name = `pet-${number}-${turn}`;
      await call(agent, port, 'POST', { name, species: 'Cat', price: 1200 });
      await call(agent, port, 'GET');
      await call(agent, port, 'DELETE', { name });
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  agent.destroy();
  return ((performance.now() - began) * 1e3) / REQUESTS;
}

function call(agent: Agent, port: number, method: string, body?: object): Promise<void> {
  const payload = body === undefined ? '' : JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': payload.length };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path: '/pets',
        method,
        headers: payload === '' ? {} : headers,
      },
      (incoming) => {
        if ((incoming.statusCode ?? 500) >= 300)
          reject(new Error(`${method} answered ${incoming.statusCode}`));
        incoming.resume().once('end', resolve);
      },
    );
    outgoing.once('error', reject);
    outgoing.end(payload);
  });
}
