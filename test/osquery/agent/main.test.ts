import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { eventually } from '../../onelog.ts';
import { freePorts } from '../../free-ports.ts';

const MAIN = fileURLToPath(new URL('../../../osquery/agent/main.ts', import.meta.url));

const start = (...flags: string[]) =>
  execa(process.execPath, [MAIN, ...flags], { reject: false, cleanup: true, stdin: 'ignore' });

test('a flag that is wrong is told, with exit code 2', async () => {
  const { exitCode, stderr } = await start('--tls_hostname=https://127.0.0.1/');
  expect(JSON.parse(stderr)).toEqual({
    level: 'error',
    msg: '--tls_hostname: expected host:port without a scheme, such as 127.0.0.1:8088, not "https://127.0.0.1/"',
  });
  expect(exitCode).toBe(2);
});

test('SIGTERM ends an agent that waits for its server, with exit code 0', async () => {
  const [port] = await freePorts(1);
  const agent = start(
    `--tls_hostname=127.0.0.1:${port}`,
    '--enroll_tls_endpoint=/enroll',
    '--verbose',
  );
  let stderr = '';
  agent.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await eventually(() => (stderr.includes('Failed enrollment request') ? true : undefined));
  agent.kill('SIGTERM');
  const { exitCode } = await agent;
  expect(exitCode).toBe(0);
  expect(stderr).toContain('Flags that mean nothing to the embedded agent: verbose');
});
