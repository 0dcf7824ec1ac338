import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onelog, outputOf, storedFirehose, temporaryFolder } from '../onelog.ts';
import { send, type Answer } from '../osquery/server/agents-server.ts';

test('onelog osquery serves agents, and asks them what it is told to', async () => {
  const folder = temporaryFolder();
  const server = onelog(folder, ['osquery', '--port', '0']);
  const [, port] = await outputOf(server, /https:\/\/127\.0\.0\.1:(\d+)/, 'stderr');
  const ca = readFileSync(join(folder, '.onelog', 'osquery', 'ca.pem'), 'utf8');
  const post = (path: string, body: object): Promise<Answer> =>
    send({ port, ca, path, method: 'POST' }, body);

  const enrolled = await post('/enroll', { host_identifier: 'web-1' });
  const node_key = enrolled.json?.['node_key'];
  const item = { name: 'q', columns: { pid: '1' }, action: 'added' };
  await post('/log', { node_key, log_type: 'result', data: [item] });

  const [hosts, unknown, late] = await Promise.all([
    onelog(folder, ['osquery', '--hosts', '--format', 'json']),
    onelog(folder, ['osquery', '--on', 'web-2', '--query', 'select 1']),
    onelog(folder, ['osquery', '--on', 'web-1', '--query', 'select 1', '--timeout', '1ms']),
  ]);
  expect(JSON.parse(hosts.stdout)).toEqual([expect.objectContaining({ host: 'web-1' })]);
  expect([unknown.exitCode, unknown.stderr]).toEqual([
    2,
    'one-log: no host "web-2"; enrolled: web-1',
  ]);
  expect([late.exitCode, late.stdout]).toEqual([3, '']);
  expect(late.stderr).toContain('web-1 has not answered within 0.001 s');

  server.kill('SIGINT');
  expect((await server).exitCode).toBe(0);
  const entries = storedFirehose(folder);
  expect(entries.filter(({ node }) => node === 'osquery').map(({ log }) => log)).toEqual([item]);
});
