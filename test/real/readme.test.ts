import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { startJaeger } from '../jaeger.ts';
import { eventually, temporaryFolder } from '../onelog.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The README's shell commands, block by block. */
const blocks = [
  ...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```sh\n([^]*?)^```/gm),
].map(([, text]) => text ?? '');

/** Where the README's reader has a Jaeger; a test's own is elsewhere. */
const JAEGER = 'http://localhost:4318';
const jaeger = await startJaeger();
if ('skip' in jaeger)
  process.stderr.write(`skipped: what the README sends to Jaeger: ${jaeger.skip}\n`);

const taken = (
  await Promise.all([9090, 8080, 16_680].map(async (port) => ((await answers(port)) ? [port] : [])))
).flat();
if (taken.length > 0)
  process.stderr.write(`skipped: the README's commands: ports ${taken.join(', ')} are taken\n`);

describe.skipIf(taken.length > 0)('the README', () => {
  afterAll(() => ('skip' in jaeger ? undefined : jaeger.stop()));

  test('has commands that do what it says, one after the other', async () => {
    const cwd = join(temporaryFolder(), 'one-log');
    await copyOfTheProject(cwd);
    const shell = (command: string) =>
      execa('bash', ['-c', `set -o pipefail\n${command}`], {
        cwd,
        reject: false,
        stdin: 'ignore',
        env: { NO_COLOR: '1' },
      });

    const [start = '', shopping = '', ...others] = blocks;
    expect(start.trim()).toBe('npm start');
    const lab = execa('bash', ['-c', 'exec npm start'], {
      cwd,
      reject: false,
      stdin: 'ignore',
      env: { NO_COLOR: '1' },
      buffer: { stdout: false },
    });
    lab.stdout.resume();
    await Promise.race([
      eventually(() => hasTraces()),
      lab.then(({ stderr }) => Promise.reject(new Error(stderr))),
    ]);

    const shopped = await shell(shopping);
    expect(shopped.stdout).toContain('"type":"PetAdded"');
    expect(shopped.stdout).toContain('"type":"AddedToBasket"');
    expect(shopped.stdout).toMatch(/"type":"CheckedOutBasket"|"reason":"InvalidPayment"/);
    // One call in five is refused: the last command until it is not.
    const checkout = shopping.trim().split('\n').at(-1) ?? '';
    await eventually(async () =>
      (shopped.stdout + (await shell(checkout)).stdout).includes('CheckedOutBasket')
        ? true
        : undefined,
    );
    // So that there is something to find wrong.
    await shell('curl -X GET http://127.0.0.1:9090/users/nobody/basket');
    for (const written of others) {
      if (written.includes(JAEGER) && 'skip' in jaeger) continue;
      const block = 'skip' in jaeger ? written : written.replaceAll(JAEGER, jaeger.otlpUrl);
      const { exitCode, stdout, stderr } = await shell(block);
      // `head` that has enough ends what writes to it.
      const ended = exitCode === 141 && block.includes('| head') ? 0 : exitCode;
      expect({ block, ended, stderr }).toMatchObject({ ended: 0 });
      expect({ block, said: block.startsWith('jq') ? stdout : 'anything' }).not.toMatchObject({
        said: '',
      });
    }
    const spans = readFileSync(join(cwd, '.onelog', 'spans.ndjson'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(spans.map((line) => (JSON.parse(line) as { name: string }).name)).toContain('checkout');

    lab.kill('SIGINT');
    expect((await lab).exitCode).toBe(0);
    expect(await Promise.all([9090, 8080, 16_680].map(answers))).toEqual([false, false, false]);
  }, 120_000);
});

/** What is committed or about to be, with the packages that are installed here. */
async function copyOfTheProject(target: string): Promise<void> {
  const { stdout } = await execa(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
    { cwd: root },
  );
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    cpSync(join(root, file), join(target, file));
  }
  symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'));
}

async function hasTraces(): Promise<true | undefined> {
  try {
    const response = await fetch('http://127.0.0.1:16680/api/traces?service=petstore');
    return ((await response.json()) as { data: unknown[] }).data.length > 0 ? true : undefined;
  } catch {
    return undefined;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
