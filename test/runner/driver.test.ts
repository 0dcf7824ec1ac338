import { readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { driver } from '../../runner/commands/driver.ts';
import { UserError } from '../../runner/user-error.ts';
import { MUTANTS, trueStore } from '../driver/mutants/mutants.ts';
import { serveStore } from '../driver/mutants/serve-store.ts';
import { freePorts } from '../free-ports.ts';
import { onelog, temporaryFolder } from '../onelog.ts';

const drive = (port: number, args: readonly string[] = [], cwd = temporaryFolder()) =>
  onelog(cwd, ['driver', '127.0.0.1', `${port}`, ...args]);

describe('onelog driver', () => {
  test('says that a PetStore is sound, as QuickCheck does, and leaves nothing behind', async () => {
    const cwd = temporaryFolder();
    const port = await serveStore(trueStore);
    const { stdout, stderr, exitCode } = await drive(port, ['--history', 'last.ndjson'], cwd);
    expect({ stdout, stderr, exitCode }).toEqual({
      stdout: '+++ OK, passed 100 tests.',
      stderr: '',
      exitCode: 0,
    });
    const left = await fetch(`http://127.0.0.1:${port}/pets`);
    expect(await left.json()).toMatchObject({ pets: [] });
    const checked = await onelog(cwd, ['linearize', 'last.ndjson', '--svg', 'last.svg']);
    expect(checked).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^linearizable: /),
    });
    expect(readFileSync(join(cwd, 'last.svg'), 'utf8')).toContain('<svg');
  });

  test('shows a failure as small as it can, and how to have it again', async () => {
    const cwd = temporaryFolder();
    const port = await serveStore(MUTANTS['keeps a basket after the logout'] ?? trueStore);
    const log = join(cwd, 'firehose.ndjson');
    writeFileSync(
      log,
      `${JSON.stringify({ ts: 1, node: 'petstore', seq: 0, log: { msg: 'up' } })}\n`,
    );
    const args = ['--log', log, '--history', 'failed.ndjson'];
    const { stdout, exitCode } = await drive(port, args, cwd);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^\*\*\* Failed! Not linearizable \(after \d+ tests? and \d+ shrinks\):\n\nThe smallest program found:/,
    );
    expect(stdout).toContain('UserLogout');
    expect(stdout).toMatch(/└ .*✗ possible here: /);
    expect(stdout).toMatch(/http:\/\/127\.0\.0\.1:16680\/trace\/[\da-f]{32}/);
    expect(stdout).toContain(`Their lines in ${log}:\n  none`);
    const checked = await onelog(cwd, ['linearize', 'failed.ndjson', '--format', 'json']);
    expect(checked.exitCode).toBe(1);
    expect(JSON.parse(checked.stdout)).toMatchObject({ verdict: 'not linearizable' });

    const [, again = ''] = /npm run driver -- \S+ \d+ (.*)$/.exec(stdout) ?? [];
    const replayed = await drive(port, [...again.split(' '), '--json']);
    expect(replayed.exitCode).toBe(1);
    const { failure } = JSON.parse(replayed.stdout) as {
      failure: { program: { prefix: unknown[]; clients: unknown[][] } };
    };
    const commands = [...failure.program.prefix, ...failure.program.clients.flat()];
    const [, shown = ''] = /The smallest program found:\n([^]*?)\n\n/.exec(stdout) ?? [];
    expect(commands.length).toBe(shown.split('\n').length);
  });

  test('tells on Ctrl+C what was passed until then', async () => {
    const port = await serveStore(trueStore);
    const running = drive(port, ['--duration', '60', '--rate', '200']);
    await eventuallyAsked(port);
    running.kill('SIGINT');
    const { stdout, exitCode } = await running;
    expect(stdout).toMatch(/^\+\+\+ OK, passed \d+ tests? before SIGINT\.$/);
    expect(exitCode).toBe(0);
  });
});

describe('a sentence tells of', () => {
  const options = { clients: 2, maxCommands: 10, timeout: 0.2 };

  test.each<[string, RequestListener, string]>([
    ['a server that is no PetStore', (_, to) => void to.end('<html>'), 'is no PetStore'],
    [
      'one that speaks JSON, of other things',
      (_, response) => void response.end('{"type":"Cars","pets":[]}'),
      'is no PetStore: to GET /pets it answers 200 Cars',
    ],
    ['one that answers nothing', (_, to) => void to.end('null'), 'answers 200 with "null"'],
    ['one that never answers', () => {}, 'did not answer within 0.2 s'],
    ['one that hangs up', (from) => void from.socket.destroy(), 'closed the connection'],
    ['one that hangs in the middle', onceThen(() => {}), 'within 0.2 s, in the middle'],
    [
      'one that dies in the middle',
      onceThen((request) => void request.socket.destroy()),
      'closed the connection without an answer, in the middle',
    ],
    [
      'one that answers garbage in the middle',
      onceThen((_, response) => void response.end('\u001b[31m')),
      String.raw`answers 200 with "\u001b[31m"`,
    ],
  ])('%s', async (_what, listener, sentence) => {
    const port = await listen(createServer(listener));
    const driven = driver('127.0.0.1', port, options);
    await expect(driven).rejects.toThrow(UserError);
    await expect(driven).rejects.toThrow(sentence);
  });

  test('a server that does not speak HTTP', async () => {
    const port = await listen(createTcpServer((socket) => socket.end('SSH-2.0\r\n')));
    await expect(driver('localhost', port, options)).rejects.toThrow('does not speak HTTP');
  });

  test('a host of no name', async () => {
    await expect(driver('no-such-host.invalid', 1, options)).rejects.toThrow('is not known');
  });

  test.each<[string, object, string]>([
    ['a path without a seed', { path: '3:1' }, '--seed'],
    ['a path that is none', { path: 'x', seed: 1 }, 'numbers'],
    ['a log that is not there', { log: '/nowhere/at/all' }, '/nowhere/at/all'],
  ])('%s', async (_what, wrong, sentence) => {
    await expect(driver('localhost', 1, { ...options, ...wrong })).rejects.toThrow(sentence);
  });

  test('a port where nobody listens, with exit code 2', async () => {
    const [free = 0] = await freePorts(1);
    expect(await drive(free)).toMatchObject({
      stdout: '',
      stderr: expect.stringMatching(/^one-log: [^\n]*nobody listens there[^\n]*$/),
      exitCode: 2,
    });
  });

  test('a port that is none, with exit code 2', async () => {
    const wrong = await onelog(temporaryFolder(), ['driver', 'localhost', '70000']);
    expect(wrong).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('a port, 0 to 65535'),
    });
  });
});

/** A PetStore for the first request, and then something else. */
function onceThen(listener: RequestListener): RequestListener {
  let asked = 0;
  return (request, response) => {
    if (asked++ === 0) response.end('{"type":"Pets","pets":[]}');
    else listener(request, response);
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Until pets of the driver's are seen. */
async function eventuallyAsked(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/pets`);
    const { pets } = (await answer.json()) as { pets: { name: string }[] };
    if (pets.some(({ name }) => name.startsWith('driver-'))) return;
  }
}
