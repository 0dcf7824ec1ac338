import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { otlpSender } from '../../export/otlp.ts';
import { collectorUrl, SendError, type Sender } from '../../export/sender.ts';
import { jaegerSender } from '../../export/thrift.ts';
import { sampleSpan } from './sample-span.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A collector that answers as told and remembers what was posted. */
async function collector(answer: RequestListener) {
  const posts: { path: string | undefined; body: Buffer }[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    posts.push({ path: request.url, body: await buffer(request) });
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { posts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const senders: [string, (url: string) => Sender, string][] = [
  ['OTLP', (url) => otlpSender(url, { timeoutMs: 300 }), '/v1/traces'],
  ['Thrift', (url) => jaegerSender(url, { timeoutMs: 300 }), '/api/traces'],
];

describe.each(senders)('a sender by %s', (_, makeSender, path) => {
  const open = (url: string) => {
    const sender = makeSender(url);
    closers.push(() => sender.close());
    return sender;
  };

  test.each([
    [400, false],
    [404, false],
    [413, false],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
  ])('takes an answer of %i as one to be retried: %s', async (status, retryable) => {
    const { url } = await collector((_request, response) => response.writeHead(status).end());
    const error: unknown = await open(url)
      .send([sampleSpan()])
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SendError);
    expect(error).toMatchObject({ retryable });
  });

  test('posts to its path, and the same bytes for the same spans', async () => {
    const { url, posts } = await collector((_request, response) => response.writeHead(200).end());
    const sender = open(url);
    expect(sender.target).toBe(url + path);
    await sender.send([sampleSpan({ warnings: [{ kind: 'k', message: 'm' }] })]);
    const again = open(url);
    await again.send([structuredClone(sampleSpan({ warnings: [{ kind: 'k', message: 'm' }] }))]);
    expect(posts.map((post) => post.path)).toEqual([path, path]);
    expect(posts[0]?.body.includes('GET /pets')).toBe(true);
    expect(posts[1]?.body).toEqual(posts[0]?.body);
  });

  test('gives up as retryable when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await once(server.close(), 'close');
    await expect(open(`http://127.0.0.1:${port}`).send([sampleSpan()])).rejects.toMatchObject({
      retryable: true,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('gives up as retryable when no answer comes, and can send again afterwards', async () => {
    let answering = false;
    const { url } = await collector((_request, response) => {
      if (answering) response.writeHead(200).end();
    });
    const sender = open(url);
    await expect(sender.send([sampleSpan()])).rejects.toMatchObject({ retryable: true });
    answering = true;
    await sender.send([sampleSpan()]);
  });
});

test.each(senders)('a sender by %s shows no password', (_, makeSender, path) => {
  expect(makeSender('http://me:secret@127.0.0.1:1').target).toBe(`http://127.0.0.1:1${path}`);
});

test('spans of several resources go by Thrift in a request each, the process of which is theirs', async () => {
  const { url, posts } = await collector((_request, response) => response.writeHead(202).end());
  const sender = jaegerSender(url);
  closers.push(() => sender.close());
  const payment = {
    resource: { 'service.name': 'payment', 'service.instance.id': 'payment@lab/9.9' },
  };
  await sender.send([sampleSpan(), sampleSpan(payment), sampleSpan({ spanId: 'aa'.repeat(8) })]);
  const services = posts.map(({ body }) =>
    ['petstore@lab/1.2', 'payment@lab/9.9'].filter((name) => body.includes(name)),
  );
  expect(services).toEqual([['petstore@lab/1.2'], ['payment@lab/9.9']]);
});

describe('a collector URL', () => {
  test.each([
    ['http://127.0.0.1:4318', 'http://127.0.0.1:4318/v1/traces'],
    ['http://127.0.0.1:4318/', 'http://127.0.0.1:4318/v1/traces'],
    ['http://127.0.0.1:4318/v1/traces', 'http://127.0.0.1:4318/v1/traces'],
    ['https://collector.example/otlp/v1/traces/', 'https://collector.example/otlp/v1/traces'],
  ])('of %s is %s', (text, url) => {
    expect(collectorUrl(text, '/v1/traces')).toBe(url);
  });

  test.each(['', '127.0.0.1:4318', 'localhost', 'ftp://host/', 'http://'])(
    'is not made of %j',
    (text) => {
      expect(() => collectorUrl(text, '/v1/traces')).toThrow(
        `Expected the collector's URL, such as http://127.0.0.1:4318, but got ${JSON.stringify(text)}`,
      );
    },
  );
});
