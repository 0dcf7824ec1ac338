import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePorts } from '../free-ports.ts';
import {
  isAlive,
  onelog,
  outputOf,
  runConfig,
  script,
  storedFirehose,
  temporaryFolder,
} from '../onelog.ts';

const messages = (cwd: string): string[] =>
  storedFirehose(cwd).flatMap(({ log }) => String(log['msg'] ?? log['message'] ?? []));

describe('a node that ends', () => {
  test('is restarted after failures, each time as a new instance, up to the limit', async () => {
    const cwd = temporaryFolder();
    const { exitCode } = await runConfig(cwd, {
      fails: {
        ...script('console.log("try"); process.exit(1)'),
        restart: { when: 'on-failure', limit: 2, delay_seconds: 0.01 },
      },
    });
    expect(exitCode).toBe(1);
    expect(messages(cwd).filter((text) => !text.startsWith('start'))).toEqual([
      'try',
      'exited',
      'restarting fails in 0.01 s',
      'try',
      'exited',
      'restarting fails in 0.02 s',
      'try',
      'exited',
      'fails is not restarted: restarted 2 times already, the limit',
    ]);
    const tries = storedFirehose(cwd).filter(({ node }) => node === 'fails');
    expect(new Set(tries.map(({ instance }) => instance)).size).toBe(3);
    expect(tries.map(({ seq }) => seq)).toEqual([0, 0, 0]);
  });

  test('is no failure of the lab where a restart has mended it', async () => {
    const cwd = temporaryFolder();
    const mark = join(cwd, 'mark');
    const { exitCode } = await runConfig(cwd, {
      flaky: {
        ...script(
          `const fs = require('node:fs'); if (!fs.existsSync(${JSON.stringify(mark)})) { fs.writeFileSync(${JSON.stringify(mark)}, ''); process.exit(1) }`,
        ),
        restart: { when: 'on-failure', delay_seconds: 0.01 },
      },
    });
    expect(exitCode).toBe(0);
  });

  test('is restarted no more when the lab stops, and nothing is left of it', async () => {
    const cwd = temporaryFolder();
    const lab = runConfig(cwd, {
      again: {
        ...script('console.log("pid " + process.pid)'),
        restart: { when: 'always', limit: 1000, delay_seconds: 0.01, max_delay_seconds: 0.01 },
      },
    });
    await outputOf(lab, /"pid \d+[^]*"pid \d+/);
    lab.kill();
    expect((await lab).exitCode).toBe(0);
    const pids = messages(cwd).flatMap((text) => /^pid (\d+)/.exec(text)?.[1] ?? []);
    expect(pids.map(Number).filter(isAlive)).toEqual([]);
  });
});

describe('a node that waits for others', () => {
  test('starts when they are ready', async () => {
    const cwd = temporaryFolder();
    const [port = 0] = await freePorts(1);
    const lab = runConfig(cwd, {
      web: { ...script('console.log("web up"); setInterval(() => {}, 1e6)'), after: ['db'] },
      db: {
        ...script(
          `setTimeout(() => require('node:net').createServer().listen(${port}, '127.0.0.1'), 150)`,
        ),
        ready: { port },
      },
    });
    await outputOf(lab, /"message":"web up"/);
    lab.kill();
    await lab;
    const order = messages(cwd).filter((text) => /^start|ready|up/.test(text));
    expect(order).toEqual([
      'starting db',
      'started db',
      'db is ready',
      'starting web',
      'started web',
      'web up',
    ]);
  });

  test('is not started, and says why, when one ends before', async () => {
    const cwd = temporaryFolder();
    const { exitCode } = await runConfig(cwd, {
      db: { ...script('process.exit(1)'), ready: { log: 'never said' } },
      web: { ...script('console.log("web up")'), after: ['db'] },
      edge: { ...script('console.log("edge up")'), after: ['web'] },
    });
    expect(exitCode).toBe(1);
    expect(messages(cwd)).toContain('web is not started: db ended before being ready');
    expect(messages(cwd)).toContain('edge is not started: web ended before being ready');
    expect(messages(cwd)).not.toContain('web up');
  });

  test('is let go of when the lab stops before', async () => {
    const cwd = temporaryFolder();
    const lab = runConfig(cwd, {
      db: { ...script('setInterval(() => {}, 1e6)'), ready: { log: 'never said' } },
      web: { ...script('console.log("web up")'), after: ['db'] },
    });
    await outputOf(lab, /started db/);
    lab.kill();
    expect((await lab).exitCode).toBe(0);
    expect(messages(cwd)).not.toContain('web up');
  });
});

describe('onelog run -- COMMAND', () => {
  const alone = (cwd: string, command: readonly string[]) =>
    onelog(cwd, ['run', '--page-port', '0', '--jaeger', 'embedded', '--', ...command]);

  test('runs one process without a config file, and ends with it', async () => {
    const cwd = temporaryFolder();
    const { exitCode } = await alone(cwd, [process.execPath, '-e', 'console.log("hello")']);
    expect(exitCode).toBe(0);
    const said = storedFirehose(cwd).find(({ log }) => log['message'] === 'hello');
    expect(said).toMatchObject({ node: 'node', stream: 'stdout' });
  });

  test('fails as the process does', async () => {
    const cwd = temporaryFolder();
    const { exitCode } = await alone(cwd, [process.execPath, '-e', 'process.exit(7)']);
    expect(exitCode).toBe(1);
  });
});

describe('onelog run --tail', () => {
  test('merges files of others with processes, and goes on until it is stopped', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'api.log'), '{"msg":"from before"}\nhalf');
    const lab = runConfig(cwd, { web: script('console.log("web done")') }, ['--tail', 'api.log']);
    await outputOf(lab, /"message":"web done"/);
    writeFileSync(join(cwd, 'api.log'), ' line\nlast', { flag: 'a' });
    await outputOf(lab, /half line/);
    lab.kill();
    expect((await lab).exitCode).toBe(0);
    const lines = storedFirehose(cwd).filter(({ node }) => node === 'api');
    expect(lines.map(({ stream, log }) => [stream, log])).toEqual([
      ['file', { msg: 'from before' }],
      ['file', { message: 'half line' }],
      ['file', { message: 'last' }],
    ]);
  });
});
