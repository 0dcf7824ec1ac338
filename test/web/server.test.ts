import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TraceStore } from '../../export/trace-store.ts';
import { startPage } from '../../web/server.ts';
import { rebuilt, spanId, traceId } from '../export/rebuilt.ts';
import { logOf } from './held-log.ts';
import { incidentReport, systemEvent } from './incident-report.ts';

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
    await expect(startPage({ store, port: 0, host: '0.0.0.0' })).rejects.toThrow(
      /without a token the page is served on 127\.0\.0\.1 or ::1 only, got 0\.0\.0\.0/,
    );
  });
});

function statusFor(headers: Record<string, string>, url = page.url): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}/api/services`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('with a token', () => {
  const token = 'a token: 16 or more = ü';
  let guarded: Awaited<ReturnType<typeof startPage>>;
  beforeAll(async () => {
    guarded = await startPage({ store, port: 0, host: '0.0.0.0', token, dist });
  });
  afterAll(() => guarded.close());

  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(guarded.url + path, { headers, redirect: 'manual' });
  const query = `token=${encodeURIComponent(token)}`;

  test('lets nobody in without it, to nothing', async () => {
    for (const path of ['/', '/api/services', '/assets/index-A1.js', '/?token=', '/?token=wrong']) {
      const response = await ask(path);
      expect(response.status).toBe(401);
      expect(await response.text()).toBe(
        'open this page by the address with its token, as printed\n',
      );
      expect(response.headers.get('content-security-policy')).not.toBeNull();
    }
    for (const cookie of ['one_log_1=x', `one_log_${new URL(guarded.url).port}=%`, 'x']) {
      expect((await ask('/', { cookie })).status).toBe(401);
    }
    expect((await ask('/', { authorization: 'Bearer nothing' })).status).toBe(401);
  });

  test('gives a cookie on the first visit, and takes the token out of the address', async () => {
    const first = await ask(`/logs?a=1&${query}`);
    expect([first.status, first.headers.get('location')]).toEqual([303, '/logs?a=1']);
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^one_log_\d+=[^;]+; Path=\/; HttpOnly; SameSite=Strict$/);
    const again = await ask('/api/services', { cookie: `other=1; ${cookie.split(';')[0]}` });
    expect(again.status).toBe(200);
  });

  test('sends nobody elsewhere from the first visit', async () => {
    // A browser would not send this path as it is; others do.
    const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
    const { port } = new URL(guarded.url);
    request({ port, path: `/.//evil.example/?${query}` }, (response) => {
      response.resume();
      resolve(response.headers.location);
    })
      .on('error', reject)
      .end();
    expect(await promise).toBe('/evil.example/');
  });

  test('is for programs by a header, whatever name the machine has for them', async () => {
    const plain = 'a-token-of-plain-letters';
    const other = await startPage({ store, port: 0, host: '127.0.0.1', token: plain, dist });
    const headers = { authorization: `Bearer ${plain}` };
    expect((await fetch(`${other.url}/api/services`, { headers })).status).toBe(200);
    const named = { ...headers, host: 'lab.example' };
    expect(await statusFor(named, other.url)).toBe(200);
    await other.close();
  });
});

describe("the page's other data", () => {
  const incident = incidentReport('shop#1/2', 1000, traceId(1), spanId(1));
  let full: Awaited<ReturnType<typeof startPage>>;
  beforeAll(async () => {
    full = await startPage({
      store,
      port: 0,
      host: '127.0.0.1',
      dist,
      log: logOf(['a line']),
      events: {
        between: (from, to) =>
          [systemEvent('a', 1000), systemEvent('b', 2000)].filter(
            (event) => event.endTimeUnixNano >= from && event.startTimeUnixNano <= to,
          ),
        dropped: 4,
      },
      incidents: {
        reports: () => [incident, { ...incident, id: 'quiet', verdict: 'no incident' }],
      },
    });
  });
  afterAll(() => full.close());

  const of = async (path: string, from = full) => {
    const response = await fetch(`${from.url}/api/one-log/${path}`);
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, body };
  };

  test('are the lines of the log', async () => {
    expect(await of('logs')).toMatchObject({
      status: 200,
      body: { lines: [{ line: 0, message: 'a line' }] },
    });
    expect((await of('logs/state')).body).toMatchObject({ first: 0, next: 1 });
    expect((await of('logs?level=x')).status).toBe(400);
    expect((await of('logs/no')).status).toBe(404);
  });

  test('are the system events of a time', async () => {
    const { body } = await of('events?from=1000500000000&to=1001000000000');
    expect(body).toMatchObject({
      events: [{ id: 'a', startTimeUnixNano: '1000000000000', endTimeUnixNano: '1001000000000' }],
      total: 1,
      dropped: 4,
    });
    expect((await of('events')).body['events']).toHaveLength(2);
    expect((await of('events?from=1.5')).body).toEqual({
      error: `'from' should be Unix time in whole nanoseconds, got "1.5"`,
    });
    expect((await of('events?from=2&to=1')).status).toBe(400);
  });

  test('are incidents, and what is said of one', async () => {
    expect((await of('incidents')).body).toEqual({
      incidents: [
        {
          id: 'shop#1/2',
          verdict: 'cause found',
          from: incident.from,
          to: incident.to,
          ongoing: false,
          summary: incident.summary,
          traceCount: 7,
          cause: incident.rootCause?.event.summary,
        },
      ],
      isWatched: true,
    });
    expect((await of('incidents/shop%231%2F2')).body).toEqual(incident);
    expect((await of('incidents/none')).status).toBe(404);
    expect((await of('incidents/%')).status).toBe(400);
  });

  test('are the services and their calls', async () => {
    const { body } = await of('services');
    expect(body['nodes']).toMatchObject([{ name: 'shop', stats: { calls: 2, errors: 1 } }]);
  });

  test('are said to be missing where they are', async () => {
    expect((await of('logs', page)).body).toEqual({
      error: 'there is no log here to read lines from',
    });
    expect((await of('events', page)).body).toEqual({ events: [], total: 0, dropped: 0 });
    expect((await of('incidents', page)).body).toEqual({ incidents: [], isWatched: false });
  });
});
