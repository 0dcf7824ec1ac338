import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ConnectionTries } from '../../../osquery/sources/connection-tries.ts';
import { freePorts } from '../../free-ports.ts';
import { eventually } from '../../onelog.ts';

test('a port with a server takes a connection, one without refuses it', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const [free = 0] = await freePorts(1);
  const tries = new ConnectionTries();
  onTestFinished(() => tries.close());
  tries.begin(`0.0.0.0:${port}`);
  tries.begin(`127.0.0.1:${free}`);
  const found = new Map<number, boolean>();
  await eventually(async () => {
    for (const [tried, isRefused] of tries.take()) found.set(tried, isRefused);
    return found.size === 2 ? true : undefined;
  });
  expect(found).toEqual(
    new Map([
      [port, false],
      [free, true],
    ]),
  );
  expect(tries.take().size).toBe(0);
});
