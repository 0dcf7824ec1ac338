import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { dockerProxy } from '../../../runner/docker/proxy.ts';
import { FakeEngine } from './fake-engine.ts';

async function proxied() {
  const engine = new FakeEngine();
  await engine.start();
  const proxy = dockerProxy({ socketPath: engine.socketPath }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const { port } = proxy.address() as AddressInfo;
  const ask = async (method: string, path: string) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path });
    outgoing.end();
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: answer.statusCode, answer };
  };
  return { engine, ask };
}

describe('the docker proxy', () => {
  test('passes on logs, figures, events and lists', async () => {
    const { engine, ask } = await proxied();
    const web = engine.run('web');
    engine.write(web, 'hello');
    const list = await ask('GET', '/v1.41/containers/json');
    // The fake knows no versions: it is its answer that comes through.
    expect([list.status, await text(list.answer)]).toEqual([
      404,
      '{"message":"No such container"}',
    ]);
    const logs = await ask('GET', `/containers/${web.id}/logs?timestamps=true`);
    expect(logs.status).toBe(200);
    expect(await text(logs.answer)).toContain('hello');
    const figures = await ask('GET', `/containers/${web.id}/stats?stream=false`);
    expect([figures.status, await text(figures.answer)]).toEqual([
      200,
      JSON.stringify(engine.stats(web)),
    ]);
    const events = await ask('GET', '/events?since=0');
    const [first] = (await once(events.answer, 'data')) as [Buffer];
    expect(first.toString()).toContain('"Action":"start"');
    events.answer.destroy();
  });

  test.each([
    ['POST', '/containers/web/start'],
    ['POST', '/containers/json'],
    ['DELETE', '/containers/web'],
    ['HEAD', '/containers/json'],
    ['GET', '/containers/web/archive?path=/etc'],
    ['GET', '/containers/web/attach/ws'],
    ['GET', '/containers/../images/json'],
    ['GET', '/containers/web/../../images/json'],
    ['GET', '/containers/%2e%2e/json'],
    ['GET', '/containers/web%2fexport?x=/json'],
    ['GET', '//containers/json'],
    ['GET', '/images/json'],
    ['GET', '/info'],
    ['GET', '/v1.41/exec/1/json'],
    ['GET', '/secrets'],
    ['GET', 'http://elsewhere/containers/json'],
  ])('refuses %s %s, and does not ask the engine', async (method, path) => {
    const { engine, ask } = await proxied();
    const { status, answer } = await ask(method, path);
    answer.resume();
    expect([status, engine.asked]).toEqual([403, []]);
  });

  test('says that the engine is away', async () => {
    const { engine, ask } = await proxied();
    await engine.goAway();
    const { status, answer } = await ask('GET', '/version');
    expect([status, await text(answer)]).toEqual([
      502,
      expect.stringContaining('the engine does not answer'),
    ]);
  });
});
