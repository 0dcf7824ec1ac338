import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { userInfo } from 'node:os';
import { execa } from 'execa';
import { afterEach, describe, expect, test } from 'vitest';
import { holderFromLsof, portHolder, portIsFree } from '../../runner/port-holder.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const hasIpv6 = await listen('::1').then(
  () => true,
  () => false,
);
const hasLsof = !(await execa('lsof', ['-v'], { reject: false })).failed;

describe('the holder of a port', () => {
  test.each([
    ['127.0.0.1', true],
    ['0.0.0.0', true],
    ['::1', hasIpv6],
  ])('is known on %s', async (host, isThere) => {
    const holder = isThere ? await portHolder(await listen(host)) : { pid: process.pid };
    expect(holder).toMatchObject({ pid: process.pid });
  });

  test('is another process too, without its options', async () => {
    const code =
      "require('net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })";
    const other = execa(process.execPath, ['-e', code, '--', '--password=secret'], {
      reject: false,
    });
    try {
      const [port] = (await once(other.stdout, 'data')).map(Number);
      expect(await portHolder(port ?? 0)).toEqual({
        pid: other.pid,
        command: 'node',
        user: userInfo().username,
      });
    } finally {
      other.kill('SIGKILL');
      await other;
    }
  });

  test('is nobody when nobody listens', async () => {
    const port = await listen('127.0.0.1');
    await once(servers.pop()?.close() as Server, 'close');
    expect(await portHolder(port)).toBeUndefined();
  });

  test.skipIf(!hasLsof)('is what lsof says, where there is lsof', async () => {
    expect(await holderFromLsof(await listen('127.0.0.1'))).toMatchObject({
      pid: process.pid,
      user: userInfo().username,
    });
  });
});

describe('a port', () => {
  test('is taken while somebody listens, and free afterwards', async () => {
    const port = await listen('127.0.0.1');
    expect(await portIsFree(port)).toBe(false);
    await once(servers.pop()?.close() as Server, 'close');
    expect(await portIsFree(port)).toBe(true);
  });

  test('on an address that is not ours is an error', async () => {
    await expect(portIsFree(0, '192.0.2.1')).rejects.toThrow('EADDRNOTAVAIL');
  });
});
