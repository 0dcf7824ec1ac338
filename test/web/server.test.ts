import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TraceStore } from '../../export/trace-store.ts';
import { startPage } from '../../web/server.ts';
import { rebuilt, spanId, traceId } from '../export/rebuilt.ts';

const dist = mkdtempSync(join(tmpdir(), 'one-log-dist-'));
mkdirSync(join(dist, 'assets'));
writeFileSync(join(dist, 'index.html'), '<!doctype html><title>One Log</title>');
writeFileSync(join(dist, 'assets', 'index-A1.js'), 'page()');
writeFileSync(join(dist, '.onelog-sources'), 'stamp');

const store = new TraceStore(':memory:');
store.add([
  rebuilt({ trace: 1, span: 1, name: 'GET /a', long: 40 }),
  rebuilt({ trace: 2, span: 1, name: 'GET /b', at: 50, status: { code: 2 } }),
]);

let page: Awaited<ReturnType<typeof startPage>>;
beforeAll(async () => {
  page = await startPage({ store, port: 0, host: '127.0.0.1', dist });
});
afterAll(async () => {
  await page.close();
  rmSync(dist, { recursive: true });
});

const get = async (path: string) => {
  const response = await fetch(page.url + path);
  return { response, text: await response.text() };
};

describe('the page server', () => {
  test('serves the page for every view, and its files beside it', async () => {
    for (const path of ['/', `/trace/${traceId(1)}?span=1`, '/no/such/view', '/../x/%2e%2e/y']) {
      const { response, text } = await get(path);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(text).toContain('One Log');
    }
    const { response, text } = await get('/assets/index-A1.js');
    expect(text).toBe('page()');
    expect(response.headers.get('cache-control')).toMatch(/immutable/);
  });

  test('serves no file that is not of the page', async () => {
    for (const path of ['/package.json', '/assets/gone.js', '/assets/index-A1.js.map']) {
      expect((await get(path)).response.status).toBe(404);
    }
    expect((await get('/assets/..%2findex.html')).text).toContain('<!doctype html>');
    expect((await get('/.onelog-sources')).text).not.toContain('stamp');
  });

  test('guards every answer by its headers', async () => {
    for (const path of ['/', '/api/services', '/api/nope', '/assets/gone.js']) {
      const { headers } = (await get(path)).response;
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'/,
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test.each([
    ['localhost:PORT', 200],
    ['LOCALHOST:PORT', 200],
    ['127.0.0.1:PORT', 200],
    ['[::1]:PORT', 200],
    ['localhost', 403],
    ['127.0.0.1:1', 403],
    ['evil.example:PORT', 403],
    ['localhost.evil.example:PORT', 403],
    ['127.0.0.1:PORT.evil.example', 403],
  ])('answers the Host %j with %d', async (host, status) => {
    const { port } = new URL(page.url);
    expect(await statusFor({ host: host.replace('PORT', port) })).toBe(status);
  });

  test('answers GET and HEAD only', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      expect((await fetch(`${page.url}/api/services`, { method })).status).toBe(405);
    }
    const head = await fetch(`${page.url}/api/services`, { method: 'HEAD' });
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(10);
    expect(await head.text()).toBe('');
  });

  test("serves Jaeger's query API, its errors as Jaeger sends them", async () => {
    const services = await get('/api/services?prettyPrint=true');
    expect(services.response.headers.get('content-type')).toBe('application/json');
    expect(JSON.parse(services.text)).toMatchObject({ data: ['shop'], total: 1 });
    expect(services.text).toContain('\n    "data"');
    const missing = await get('/api/traces/123');
    expect(missing.response.status).toBe(404);
    expect(missing.response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect((await get('/api/nope')).response.status).toBe(404);
  });

  test('lists the newest traces with what they are', async () => {
    const { text } = await get('/api/one-log/traces');
    expect(JSON.parse(text)).toMatchObject({
      traces: [
        { traceId: traceId(2), service: 'shop', name: 'GET /b', errors: 1 },
        { traceId: traceId(1), name: 'GET /a', durationMicros: 40_000 },
      ],
      total: 2,
      evicted: 0,
    });
  });

  test.each([
    ['errors=true', ['GET /b']],
    ['minDuration=40', ['GET /a']],
    ['service=shop&operation=GET%20/a', ['GET /a']],
    ['text=get%20/B', ['GET /b']],
    ['limit=1', ['GET /b']],
    ['service=&text=&minDuration=', ['GET /b', 'GET /a']],
  ])('narrows the list by %s', async (query, names) => {
    const { traces } = JSON.parse((await get(`/api/one-log/traces?${query}`)).text);
    expect(traces.map(({ name }: { name: string }) => name)).toEqual(names);
  });

  test('gives a trace with its spans and lines, and the names to filter by', async () => {
    const trace = JSON.parse((await get(`/api/one-log/traces/${traceId(1)}`)).text);
    expect(trace).toMatchObject({
      traceId: traceId(1),
      spans: [{ spanId: spanId(1), name: 'GET /a' }],
      lines: [{ node: 'shop', text: expect.stringContaining('"log":{"msg":"line') }],
      services: ['shop'],
    });
    const names = JSON.parse((await get('/api/one-log/names?service=shop')).text);
    expect(names).toEqual({ services: ['shop'], operations: ['GET /a', 'GET /b'] });
  });

  test.each([
    ['traces?limit=0', 400, `'limit' should be a number from 1 to 500, got "0"`],
    [
      'traces?minDuration=x',
      400,
      `'minDuration' should be a number from 0 to 1000000000000, got "x"`,
    ],
    ['traces/xyz', 400, 'a trace id is 1 to 32 hex digits, got "xyz"'],
    [
      'traces/1',
      404,
      `no trace ${'1'.padStart(32, '0')} is held: it may be still to come, or have fallen out of the store`,
    ],
    ['nope', 404, 'expected traces, traces/:id or names, got nope'],
  ])('refuses %s with a reason', async (path, status, error) => {
    const { response, text } = await get(`/api/one-log/${path}`);
    expect([response.status, JSON.parse(text)]).toEqual([status, { error }]);
  });

  test('says how to build the page where it is not built', async () => {
    const bare = await startPage({ store, port: 0, host: '127.0.0.1', dist: join(dist, 'gone') });
    const response = await fetch(bare.url);
    expect(response.status).toBe(503);
    expect(await response.text()).toMatch(/not built yet: run `node runner\/setup\.mjs`/);
    await bare.close();
  });

  test('rejects a port that is taken by its code, and an address that is not loopback', async () => {
    const port = Number(new URL(page.url).port);
    await expect(startPage({ store, port, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await expect(startPage({ store, port: 0, host: '0.0.0.0' as '127.0.0.1' })).rejects.toThrow(
      /127\.0\.0\.1 or ::1 only, got 0\.0\.0\.0/,
    );
  });
});

function statusFor(headers: { host: string }): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${page.url}/api/services`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
