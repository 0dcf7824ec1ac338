import { createServer, type AddressInfo } from 'node:net';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  eventually,
  firehoseOf,
  isAlive,
  onelog,
  outputOf,
  runConfig,
  script,
  storedFirehose,
  temporaryFolder,
} from '../onelog.ts';

const FLOOD = fileURLToPath(new URL('../../bench/flood.mjs', import.meta.url));

/** Says its pid and stays, whatever it is told. */
const STUBBORN =
  "process.on('SIGTERM', () => {}); console.log('pid ' + process.pid); setInterval(() => {}, 1e6)";

describe('onelog run', () => {
  test('merges what its processes write into one firehose, with its own lines', async () => {
    const cwd = temporaryFolder();
    const { stdout, exitCode } = await runConfig(cwd, {
      web: script('console.log(JSON.stringify({msg:"up", n: 1})); console.error("a warning")'),
      worker: script('console.log("plain text")'),
    });
    const entries = firehoseOf(stdout);
    const lines = entries.map(({ node, stream, log }) => ({ node, stream, log }));
    expect(lines).toContainEqual({ node: 'web', stream: 'stdout', log: { msg: 'up', n: 1 } });
    expect(lines).toContainEqual({ node: 'web', stream: 'stderr', log: { message: 'a warning' } });
    expect(lines).toContainEqual({
      node: 'worker',
      stream: 'stdout',
      log: { message: 'plain text' },
    });
    expect(entries.filter(({ node }) => node === 'driver').map(({ log }) => log['msg'])).toEqual(
      expect.arrayContaining(['starting web', 'started web', 'starting worker', 'exited']),
    );
    expect(exitCode).toBe(0);
    expect(storedFirehose(cwd)).toEqual(entries);
  });

  test('says each exit after all that the process wrote, with code or signal', async () => {
    const cwd = temporaryFolder();
    const { stdout, exitCode } = await runConfig(cwd, {
      fails: script(
        'process.stdout.write("x".repeat(300_000) + "\\nlast words"); process.exitCode = 3',
      ),
      dies: script('process.kill(process.pid, "SIGKILL")'),
    });
    const entries = firehoseOf(stdout);
    const exits = entries.filter(({ log }) => log['msg'] === 'exited');
    expect(exits.map(({ log }) => [log['node'], log['code'], log['signal']]).sort()).toEqual([
      ['dies', null, 'SIGKILL'],
      ['fails', 3, null],
    ]);
    const last = entries.findIndex(({ log }) => log['message'] === 'last words');
    expect(last).toBeGreaterThan(0);
    expect(
      entries.findIndex(({ log }) => log['node'] === 'fails' && log['msg'] === 'exited'),
    ).toBeGreaterThan(last);
    expect(exitCode).toBe(1);
  });

  test('loses nothing of output that is no text: long lines, NUL bytes, broken UTF-8, escapes', async () => {
    const cwd = temporaryFolder();
    const { stdout } = await runConfig(
      cwd,
      {
        nasty: script(`
          const out = (bytes) => process.stdout.write(bytes);
          out('a'.repeat(2_500_000) + '\\n');
          out(Buffer.from([0, 1, 0xff, 0xfe, 10]));
          out('\\u001b[31mred\\u001b]0;title\\u0007\\n');
          out('{"__proto__":{"polluted":1}}\\n');
          out('no newline at the end');
        `),
      },
      ['--max-line', '1000000'],
    );
    const entries = firehoseOf(stdout).filter(({ node }) => node === 'nasty');
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index));
    const parts = entries.filter(({ part }) => part !== undefined);
    expect(parts.map(({ part }) => part)).toEqual([
      [0, false],
      [1, false],
      [2, true],
    ]);
    expect(parts.map(({ log }) => log['message']).join('')).toBe('a'.repeat(2_500_000));
    const [, , , binary, escapes, proto, last] = entries;
    expect(Buffer.from(binary?.rawBase64 ?? '', 'base64')).toEqual(Buffer.from([0, 1, 0xff, 0xfe]));
    expect(escapes?.log['message']).toBe('\u001b[31mred\u001b]0;title\u0007');
    expect(proto?.text).toContain('"log":{"__proto__":{"polluted":1}}');
    expect(last?.log['message']).toBe('no newline at the end');
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'leaves no process behind on %s',
    async (signal) => {
      const cwd = temporaryFolder();
      const lab = runConfig(
        cwd,
        {
          // A grandchild in the same group, and one process that ignores SIGTERM.
          parent: script(
            `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(STUBBORN)}], {stdio: 'inherit'})`,
          ),
          polite: script("console.log('pid ' + process.pid); setInterval(() => {}, 1e6)"),
        },
        ['--grace', '0.2'],
      );
      const [, one, two] = await outputOf(lab, /pid (\d+)"[^]*pid (\d+)"/);
      const pids = [Number(one), Number(two)];
      lab.kill(signal);
      const { exitCode } = await lab;
      expect(exitCode).toBe(0);
      expect(pids.filter(isAlive)).toEqual([]);
      const exits = storedFirehose(cwd).filter(({ log }) => log['msg'] === 'exited');
      expect(exits.map(({ log }) => log['node']).sort()).toEqual(['parent', 'polite']);
    },
  );

  test('stops at once on a second Ctrl+C, but not on the echo of the first', async () => {
    const cwd = temporaryFolder();
    const lab = runConfig(cwd, { stubborn: script(STUBBORN) }, ['--grace', '600']);
    const pid = Number((await outputOf(lab, /pid (\d+)"/))[1]);
    const stopping = outputOf(lab, /stopping \(SIGINT\)/, 'stderr');
    lab.kill('SIGINT');
    lab.kill('SIGINT');
    await stopping;
    expect(isAlive(pid)).toBe(true);
    await eventually(() => (lab.kill('SIGINT') ? undefined : true));
    expect((await lab).exitCode).toBe(130);
    await eventually(() => (isAlive(pid) ? undefined : true));
  });

  test('stops when nobody reads its output any more', async () => {
    const cwd = temporaryFolder();
    const lab = runConfig(cwd, {
      chatty: script("setInterval(() => console.log('tick tock'), 1)"),
    });
    await outputOf(lab, /tick tock/);
    lab.nodeChildProcess.stdout?.destroy();
    await lab;
    expect(storedFirehose(cwd).at(-1)?.log).toMatchObject({ msg: 'exited', node: 'chatty' });
  });

  test('stops in order when its terminal is gone, for its messages too', async () => {
    const cwd = temporaryFolder();
    const lab = runConfig(cwd, {
      web: script("setInterval(() => console.log('tick tock'), 1)"),
    });
    await outputOf(lab, /tick tock/);
    lab.nodeChildProcess.stdout?.destroy();
    lab.nodeChildProcess.stderr?.destroy();
    lab.kill('SIGHUP');
    expect((await lab).exitCode).toBe(0);
    expect(storedFirehose(cwd).at(-1)?.log).toMatchObject({ msg: 'exited', signal: 'SIGTERM' });
  });

  test('ends what a killed runner left behind, when the next one starts', async () => {
    const cwd = temporaryFolder();
    const first = runConfig(cwd, { orphan: script(STUBBORN) });
    const pid = Number((await outputOf(first, /pid (\d+)"/))[1]);
    await eventually(() => (readRun(cwd) === undefined ? undefined : true));
    first.kill('SIGKILL');
    await first;
    expect(isAlive(pid)).toBe(true);
    const { stdout } = await runConfig(cwd, { next: script('') });
    expect(stdout).toContain(`stopped orphan (pid ${pid}), which an earlier run left behind`);
    await eventually(() => (isAlive(pid) ? undefined : true));
  });

  test('refuses to run twice in one folder', async () => {
    const cwd = temporaryFolder();
    const lab = runConfig(cwd, { stays: script('setInterval(() => {}, 1e6)') });
    await eventually(() => readRun(cwd));
    const { exitCode, stderr } = await runConfig(cwd, { other: script('') });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`a lab already runs here (pid ${lab.pid}`);
    lab.kill();
    await lab;
    expect(readRun(cwd)).toBeUndefined();
  });

  test('keeps its folder for its user alone', async () => {
    const cwd = temporaryFolder();
    await runConfig(cwd, { web: script('') });
    expect(statSync(join(cwd, '.onelog')).mode & 0o777).toBe(0o700);
    expect(statSync(join(cwd, '.onelog', 'firehose.ndjson')).mode & 0o777).toBe(0o600);
  });

  test('names node, port and holder when a port is taken, and starts nothing', async () => {
    const cwd = temporaryFolder();
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as AddressInfo;
    const { exitCode, stderr, stdout } = await runConfig(cwd, {
      first: script('console.log("ran")'),
      web: { ...script('console.log("ran")'), port },
    });
    holder.close();
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`web: port ${port} is taken`);
    expect(stderr).toContain(process.platform === 'linux' ? `by pid ${process.pid}` : 'taken');
    expect(stdout).not.toContain('ran');
  });

  test('names the node and the command that cannot be started, and stops the others', async () => {
    const cwd = temporaryFolder();
    const { exitCode, stderr } = await runConfig(cwd, {
      fine: script('setInterval(() => {}, 1e6)'),
      broken: { command: 'no-such-program-anywhere' },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('broken: cannot start `no-such-program-anywhere`');
    expect(storedFirehose(cwd).at(-1)?.log).toMatchObject({ msg: 'exited', node: 'fine' });
  });

  test('says when a process is ready, by its port or by its log', async () => {
    const cwd = temporaryFolder();
    const lab = runConfig(cwd, {
      texts: {
        ...script("setTimeout(() => console.log('now listening'), 20); setInterval(() => {}, 1e6)"),
        ready: { log: 'listening' },
      },
    });
    await outputOf(lab, /texts is ready/);
    lab.kill();
    await lab;
    const messages = storedFirehose(cwd).map(({ log }) => log['msg'] ?? log['message']);
    expect(messages.indexOf('texts is ready')).toBeGreaterThan(messages.indexOf('now listening'));
  });

  test('passes a command to a process by its stdin', async () => {
    const cwd = temporaryFolder();
    const lab = runConfig(cwd, { echo: script('process.stdin.pipe(process.stdout)') });
    const answer = outputOf(lab, /^.*SetDelay.*$/m);
    await eventually(() => readRun(cwd));
    expect((await onelog(cwd, ['send', 'echo', 'SetDelay', 'ms=200', 'why=test'])).exitCode).toBe(
      0,
    );
    const [line] = await answer;
    expect(firehoseOf(line)[0]?.log).toEqual({ command: 'SetDelay', ms: 200, why: 'test' });
    const unknown = await onelog(cwd, ['send', 'nobody', 'SetDelay']);
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, 'one-log: no node named nobody runs']);
    lab.kill();
    await lab;
  });

  test('says a second of silence in the log', async () => {
    const cwd = temporaryFolder();
    const lab = runConfig(cwd, { silent: script('setInterval(() => {}, 1e6)') });
    const [line] = await outputOf(lab, /^.*"tick":true.*$/m);
    lab.kill();
    await lab;
    expect(firehoseOf(line)).toMatchObject([{ node: 'driver', log: { tick: true } }]);
  });

  test('ends the torn last line of an earlier run before it appends', async () => {
    const cwd = temporaryFolder();
    const log = join(cwd, 'all.ndjson');
    writeFileSync(log, '{"torn":');
    await runConfig(cwd, { web: script('console.log("up")') }, ['--log', log]);
    const [torn, ...lines] = readFileSync(log, 'utf8').split('\n');
    expect(torn).toBe('{"torn":');
    expect(firehoseOf(lines.join('\n')).length).toBeGreaterThan(3);
  });

  test('waits for a slow reader instead of growing, and loses no line', async () => {
    const cwd = temporaryFolder();
    const lines = 150_000;
    const lab = runConfig(cwd, { flood: { command: process.execPath, args: [FLOOD, lines] } });
    const stdout = lab.nodeChildProcess.stdout;
    stdout?.pause();
    // The reader stands still until the file has stopped growing: everything is full.
    const path = join(cwd, '.onelog', 'firehose.ndjson');
    let before = -1;
    await eventually(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (size > 0 && size === before) return size;
      before = size;
      return undefined;
    });
    expect(before).toBeLessThan(32 * 1024 * 1024);
    stdout?.resume();
    const { stdout: all } = await lab;
    const seqs = firehoseOf(all)
      .filter(({ node }) => node === 'flood')
      .map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: lines }, (_, index) => index));
  }, 60_000);

  test.each([
    [
      'an unknown key',
      'nodes:\n  web:\n    command: node\n    argz: [x]\n',
      'config.yaml:4:5:',
      'argz',
    ],
    [
      'a wrong type',
      'nodes:\n  web:\n    command: node\n    port: high\n',
      'config.yaml:4:11:',
      'nodes.web.port',
    ],
    ['no YAML', 'nodes:\n  web: {command: node\n', 'config.yaml:3:1:', 'not YAML'],
    [
      'a reserved name',
      'nodes:\n  driver:\n    command: node\n',
      'config.yaml:3:5:',
      'driver, system, docker',
    ],
  ])('points to %s in the config file', async (_, text, place, what) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'config.yaml'), text);
    const { exitCode, stderr } = await onelog(cwd, ['run', '-c', 'config.yaml']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(place);
    expect(stderr).toContain(what);
  });

  test.each([
    [['run', '--traffic', 'fast'], 'expected a number from 0'],
    [
      ['run', '--page-port', '0', '--jaeger', 'ftp://x'],
      '--jaeger: expected auto, compose, embedded or an OTLP URL',
    ],
    [['run', '--format', 'xml'], 'Allowed choices are text, json'],
    [['run', '--level', 'loud'], '--level: expected trace'],
    [['run', '-c', 'nowhere.yaml'], 'cannot read the config file nowhere.yaml'],
    [['ruin'], 'Did you mean run?'],
    [['send', 'x', 'y'], 'no lab runs in this folder'],
  ])('refuses %j with a sentence and exit code 2', async (args, sentence) => {
    const { exitCode, stderr } = await onelog(temporaryFolder(), args);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('    at ');
    expect(exitCode).toBe(2);
  });
});

/** What `.onelog/run.json` says, if it is there. */
function readRun(cwd: string): unknown {
  try {
    return JSON.parse(readFileSync(join(cwd, '.onelog', 'run.json'), 'utf8'));
  } catch {
    return undefined;
  }
}
