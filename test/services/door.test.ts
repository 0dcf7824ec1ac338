import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { doorCommands } from '../../services/control.ts';
import { Door } from '../../services/door.ts';

/** A service of one answer, and the door to it. */
async function service(): Promise<{ server: Server; door: Door; ask: () => Promise<string> }> {
  const server = createServer((_, response) => response.end('fine'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const door = new Door();
  door.belongsTo(server, '127.0.0.1', port);
  onTestFinished(() => door.close());
  const ask = (): Promise<string> =>
    fetch(`http://127.0.0.1:${port}/`).then(
      (response) => response.text(),
      (error: Error & { cause?: { code?: string } }) => error.cause?.code ?? error.message,
    );
  return { server, door, ask };
}

test('a service that is told to does not listen, until it is told again', async () => {
  const { server, door, ask } = await service();
  const commands = doorCommands(door);
  expect(await ask()).toBe('fine');
  commands['StopListening']?.run({});
  expect(await ask()).toBe('ECONNREFUSED');
  commands['StartListening']?.run({});
  await once(server, 'listening');
  expect(await ask()).toBe('fine');
});

test('a door that is open can be opened, and one without a service can be told anything', async () => {
  const { door, ask } = await service();
  door.open();
  expect(await ask()).toBe('fine');
  const none = new Door();
  none.close();
  expect(() => none.open()).not.toThrow();
});
