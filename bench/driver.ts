import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { median, report } from './measure.ts';

const RUNS = 3;
const onelog = fileURLToPath(new URL('../runner/onelog.ts', import.meta.url));
const services = fileURLToPath(new URL('../services', import.meta.url));
const instrumentation = fileURLToPath(new URL('../instrumentation/register.ts', import.meta.url));

/** The driver's 100 tests against a local, instrumented PetStore with its Payment, from the start of the command to its end. */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'one-log-bench-'));
  const payment = startService('payment', folder, []);
  const petstore = startService('petstore', folder, [
    '--payment-url',
    `http://127.0.0.1:${await portOf(payment)}`,
    '--store',
    'petstore.ndjson',
  ]);
  const port = await portOf(petstore);
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const began = performance.now();
    const { stdout } = await execa(process.execPath, [onelog, 'driver', '127.0.0.1', port]);
    if (stdout !== '+++ OK, passed 100 tests.') throw new Error(stdout);
    seconds.push((performance.now() - began) / 1e3);
  }
  report('driver, 100 tests of 4 clients', `${median(seconds).toFixed(1)} s`, '(aim 5 s)');
  for (const service of [petstore, payment]) {
    service.kill();
    await service;
  }
  rmSync(folder, { recursive: true });
}

function startService(name: string, folder: string, args: readonly string[]) {
  const main = join(services, name, 'main.ts');
  return execa(process.execPath, ['--import', instrumentation, main, '--port', '0', ...args], {
    cwd: folder,
    stdin: 'pipe',
    stderr: 'inherit',
    buffer: false,
    reject: false,
  });
}

/** The port its log tells; all further lines are read too, so that its pipe is never full. */
async function portOf(service: ReturnType<typeof startService>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  service.stdout.setEncoding('utf8').on('data', (text: string) => {
    const [, port] = /"port":(\d+),"url"/.exec(text) ?? [];
    if (port !== undefined) resolve(port);
  });
  void service.then(() => reject(new Error('a service ended at its start')));
  return promise;
}
