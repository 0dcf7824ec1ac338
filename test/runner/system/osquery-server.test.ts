import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Firehose } from '../../../log/firehose.ts';
import { agentNode } from '../../../runner/system/osquery-agent.ts';
import {
  openOsquery,
  type OpenOsquery,
  type OsqueryOptions,
} from '../../../runner/system/osquery-server.ts';
import { UserError } from '../../../runner/user-error.ts';
import { eventually, temporaryFolder } from '../../onelog.ts';

/** Opens one on a free port, and closes it when the test ends. */
async function open(
  options: Partial<OsqueryOptions> = {},
): Promise<{ osquery: OpenOsquery; told: string[] }> {
  const told: string[] = [];
  const firehose = new Firehose(
    () => 0,
    () => {},
  );
  const osquery = await openOsquery(
    { host: '127.0.0.1', port: 0, ...options },
    {
      folder: temporaryFolder(),
      sink: { firehose, settled: async () => true, maxLineBytes: 1024 },
      tell: (message) => told.push(message),
    },
  );
  onTestFinished(() => osquery.close());
  return { osquery, told };
}

/** The message of the UserError. */
const refusal = (options: Partial<OsqueryOptions>): Promise<string> =>
  open(options).then(
    () => 'it was opened',
    (error: unknown) => (error instanceof UserError ? error.message : String(error)),
  );

function file(text: string): string {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, text);
  return path;
}

test.each(['0.0.0.0', '::', '192.0.2.1', 'lab.example', '127.0.0.1.example'])(
  'beyond loopback (%s) agents need a secret',
  async (host) => {
    expect(await refusal({ host })).toMatch(/agents need a secret: name a file for it/);
  },
);

test('a secret that is not there is made, for this user alone, and stays', async () => {
  const secret = join(temporaryFolder(), 'secret');
  await open({ host: '0.0.0.0', secret });
  const made = readFileSync(secret, 'utf8');
  expect(made).toMatch(/^[\da-f]{64}\n$/);
  expect(statSync(secret).mode & (process.platform === 'win32' ? 0 : 0o077)).toBe(0);
  await open({ host: '0.0.0.0', secret });
  expect(readFileSync(secret, 'utf8')).toBe(made);
});

test('an empty secret, or one in no folder, is none', async () => {
  expect(await refusal({ secret: file(' \n') })).toMatch(
    /expected a secret in .*, but it is empty/,
  );
  expect(await refusal({ secret: '/nowhere/secret' })).toMatch(
    /the secret cannot be read or made: ENOENT/,
  );
});

test('with a secret it may listen everywhere, and tells agents here where', async () => {
  const secret = file('open sesame\n');
  const { osquery } = await open({ host: '0.0.0.0', secret });
  expect(osquery.address).toBe(`127.0.0.1:${osquery.server.port}`);
  expect(agentNode(osquery, '/folder').args).toEqual(
    expect.arrayContaining([
      `--tls_hostname=${osquery.address}`,
      `--tls_server_certs=${osquery.caFile}`,
      `--enroll_secret_path=${secret}`,
    ]),
  );
});

test('a port that was asked for must be free', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  expect(await refusal({ port })).toMatch(
    new RegExp(`^osquery: port ${port} is taken by pid ${process.pid} .*: stop what holds it`),
  );
});

test.each([
  ['{"schedule": oops}', ':1:14: expected a value, got "o" (not JSON)'],
  [
    '{"schedule": {"a": {"query": "x"}},\n "packs": {"p": 1}}',
    ':1:15: schedule.a: has no "interval" (seconds from 1 to 604800) (not a configuration of osquery)\n' +
      'FILE:2:12: packs.p: expected an object, got 1 (not a configuration of osquery)',
  ],
])('a configuration that cannot be used is refused with its places: %j', async (text, expected) => {
  const config = file(text);
  expect(await refusal({ config })).toBe(`${config}${expected.replaceAll('FILE', config)}`);
});

test('of an unknown key the nearest known one is said, and of a later change as well', async () => {
  const config = file('{"schedule": {"a": {"query": "x", "interval": 1, "intervall": 2}}}');
  const { told } = await open({ config });
  expect(told).toEqual([
    `osquery: ${config}:1:50: schedule.a: unknown key "intervall"; did you mean "interval"?`,
  ]);
  writeFileSync(config, '{"schedule": {}');
  await eventually(() => told[1]);
  expect(told[1]).toBe(
    `osquery: ${config}:1:16: expected "," or "}", the text ends (not JSON) (agents keep what they had)`,
  );
  writeFileSync(config, '{"schedule": {}}');
  expect(await eventually(() => told[2])).toContain(
    'has changed; agents get it when they next ask',
  );
});
