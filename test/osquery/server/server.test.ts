import { statSync, readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../onelog.ts';
import { agentsServer, isSuccessToAgent, send } from './agents-server.ts';

const added = (pid: number, extra: object = {}): object => ({
  name: 'q',
  hostIdentifier: 'web-1',
  calendarTime: 'Sun Nov 22 18:00:09 2026 UTC',
  unixTime: 1_795_370_409,
  epoch: 0,
  counter: 1,
  numerics: false,
  columns: { pid: String(pid) },
  action: 'added',
  ...extra,
});

describe('enrolling', () => {
  test.each([
    '/enroll',
    '/api/osquery/enroll',
    '/api/v1/osquery/enroll',
    '/lab/enroll?x=y',
    '/osquery_enroll',
  ])('gives a key of its own at %s', async (path) => {
    const { post } = await agentsServer();
    const [a, b] = [
      await post(path, { host_identifier: 'web-1', platform_type: '9' }),
      await post(path, { host_identifier: 'web-1', platform_type: '9' }),
    ];
    expect(a.json).toEqual({
      node_key: expect.stringMatching(/^[\da-f]{64}$/),
      node_invalid: false,
    });
    expect(a.json?.['node_key']).not.toBe(b.json?.['node_key']);
  });

  test('asks for the secret where there is one', async () => {
    const { post, told } = await agentsServer({ secret: 'open sesame' });
    const right = await post('/enroll', { host_identifier: 'a', enroll_secret: 'open sesame\n' });
    expect(right.json?.['node_key']).toMatch(/^[\da-f]{64}$/);
    for (const enroll_secret of ['open', '', undefined, 7, 'open sesame!']) {
      const { status, json } = await post('/enroll', { host_identifier: 'b', enroll_secret });
      expect([status, json?.['node_key'], json?.['node_invalid']]).toEqual([200, '', true]);
    }
    expect(told.join()).not.toContain('open');
  });

  test('names hosts safely, and keeps different ones apart', async () => {
    const { server, enroll } = await agentsServer();
    for (const host of ['web-1', 'a\u001B[2J\n{"x":1}', 'ä', 'ö', '', 'x'.repeat(5000)]) {
      await enroll(host);
    }
    const names = server.hosts().map(({ host }) => host);
    expect(new Set(names).size).toBe(6);
    for (const name of names) expect(name).toMatch(/^[\w.:-]{1,130}$/);
    expect(names).toContain('web-1');
  });

  test('keeps over a restart, in a file for its owner alone that has no key in it', async () => {
    const folder = temporaryFolder();
    const first = await agentsServer({ folder });
    const node_key = await first.enroll('web-1');
    await first.server.close();
    expect(statSync(first.keysFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(first.keysFile, 'utf8')).not.toContain(node_key);
    const second = await agentsServer({ folder });
    expect((await second.post('/config', { node_key })).json).toEqual({ schedule: {} });
  });
});

describe('a node key', () => {
  test.each(['/config', '/log', '/read', '/write'])(
    'that is wrong is answered at %s with the boolean node_invalid and status 200',
    async (path) => {
      const { post } = await agentsServer();
      const authorization = 'NodeKey wrong';
      for (const answer of [
        await post(path, { node_key: 'wrong', log_type: 'result', data: [] }),
        await post(path, {}),
        await post(path, { node_key: 7 }),
        await post(path, {}, { headers: { authorization } }),
      ]) {
        expect([answer.status, answer.json]).toEqual([200, { node_invalid: true }]);
      }
    },
  );

  test('that is wrong is told to who sends a lot, once all is sent', async () => {
    const { post } = await agentsServer();
    const headers = { authorization: 'NodeKey wrong' };
    const { json } = await post('/log', Buffer.alloc(20 * 1024 * 1024), { headers });
    expect(json).toEqual({ node_invalid: true });
  });

  test('is taken from the header or the body, and from the address of a GET of the configuration', async () => {
    const { post, enroll } = await agentsServer();
    const node_key = await enroll('web-1');
    const headers = { authorization: `NodeKey ${node_key}` };
    expect((await post('/config', {}, { headers })).json).toEqual({ schedule: {} });
    expect((await post('/config', { node_key })).json).toEqual({ schedule: {} });
    const { json } = await post(`/config?node_key=${node_key}`, '', { method: 'GET' });
    expect(json).toEqual({ config: '{"schedule":{}}' });
  });
});

describe('logging', () => {
  test('puts each item into the firehose as the agent wrote it, a line each', async () => {
    const { post, enroll, entries } = await agentsServer();
    const node_key = await enroll('web-1');
    const items = [
      '{"name":"q","unixTime":"1795370409","hostname":"h","action":"added","columns":{"big":12345678901234567890,"a":1.0}}',
      '{"diffResults":{"added":[{"x":"1"}],"removed":[]},"name":"batch","counter":"2"}',
      '{"snapshot":[{"x":"}]\\"{"}],"action":"snapshot","name":"s"}',
    ];
    const body = `\n{ "data" : [ ${items.join(' ,\r\n ')} ] , "log_type":"result", "node_key":"${node_key}" }`;
    expect((await post('/x/logger', body)).json).toEqual({ node_invalid: false });
    const status =
      '{"hostIdentifier":"h","severity":"1","line":3,\n "message":"m\\u2028","filename":"f"}';
    await post('/log', `{"node_key":"${node_key}","log_type":"status","data":[${status}]}`);
    expect(entries.map(({ text }) => text.replace(/^.*?"log":/s, ''))).toEqual(
      [...items, status.replace('\n', ' ')].map((item) => `${item}}`),
    );
    expect(entries[0]).toMatchObject({
      node: 'osquery',
      stream: 'osquery',
      instance: expect.stringMatching(/^osquery@web-1\/\d+\.\d+$/),
    });
    expect(entries.map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
  });

  test('makes a message of what osquery does not log, and of what names a trace', async () => {
    const { post, enroll, entries } = await agentsServer();
    const node_key = await enroll('web-1');
    const strange = [
      7,
      null,
      'text',
      [1],
      {},
      { node: 'petstore' },
      added(1, { msg: 'span start', trace_id: 'f'.repeat(32) }),
    ];
    await post('/log', { node_key, log_type: 'result', data: strange });
    expect(entries.map(({ log }) => log)).toEqual(
      strange.map((item) => ({ message: JSON.stringify(item) })),
    );
  });

  test('splits an item over the bound on a line', async () => {
    const { post, enroll, entries } = await agentsServer();
    const node_key = await enroll('web-1');
    const item = added(1, { columns: { cmdline: 'x'.repeat(3000) } });
    await post('/log', { node_key, log_type: 'result', data: [item] });
    expect(entries.map(({ part }) => part)).toEqual([
      [0, false],
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(entries.map(({ log }) => log['message']).join('')).toBe(JSON.stringify(item));
  });

  test('recognises what comes again, also with new lines among it and after enrolling again', async () => {
    const { post, enroll, entries, server } = await agentsServer();
    const log = async (node_key: string, data: object[]): Promise<void> => {
      const { json } = await post('/log', { node_key, log_type: 'result', data });
      expect(json).toEqual({ node_invalid: false });
    };
    const key = await enroll('web-1');
    await log(key, [added(1), added(2), added(2)]);
    await log(key, [added(1), added(3), added(2), added(2)]);
    await log(await enroll('web-1'), [added(3)]);
    const pids = entries.map(({ log: item }) => (item['columns'] as { pid: string }).pid);
    expect(pids).toEqual(['1', '2', '2', '3']);
    expect(server.intake.counts).toEqual({ lines: 4, repeated: 4 });
    await log(await enroll('web-2'), [added(1)]);
    expect(entries).toHaveLength(5);
  });

  test('is not acknowledged while the firehose takes nothing, and the agent keeps its lines', async () => {
    const { post, enroll, entries, server } = await agentsServer();
    const node_key = await enroll('web-1');
    const body = { node_key, log_type: 'result', data: [added(1)] };
    server.intake.pause();
    const answer = await post('/log', body);
    expect(isSuccessToAgent(answer)).toBe(false);
    expect(answer.json?.['node_invalid']).toBeUndefined();
    expect(entries).toHaveLength(0);
    server.intake.resume();
    expect(isSuccessToAgent(await post('/log', body))).toBe(true);
    expect(entries).toHaveLength(1);
  });

  test('is not acknowledged before it is settled, and taken again where it was not', async () => {
    const settling = [false, true];
    const { post, enroll, server } = await agentsServer({
      settled: async () => settling.shift() ?? true,
    });
    const node_key = await enroll('web-1');
    const body = { node_key, log_type: 'result', data: [added(1)] };
    expect(isSuccessToAgent(await post('/log', body))).toBe(false);
    expect(isSuccessToAgent(await post('/log', body))).toBe(true);
    expect(server.intake.counts).toEqual({ lines: 1, repeated: 0 });
  });

  test('takes what is packed', async () => {
    const { post, enroll, entries } = await agentsServer();
    const node_key = await enroll('web-1');
    const body = gzipSync(JSON.stringify({ node_key, log_type: 'result', data: [added(1)] }));
    const answer = await post('/log', body, { headers: { 'content-encoding': 'gzip' } });
    expect(answer.json).toEqual({ node_invalid: false });
    expect(entries).toHaveLength(1);
  });
});

describe('what an agent must send again', () => {
  const key = '"node_key":"KEY"';
  const gzip = { 'content-encoding': 'gzip' };
  test.each<[string, string, string | Buffer, Record<string, string>]>([
    ['no JSON', '/log', 'rubbish', {}],
    ['nothing', '/log', '', {}],
    ['half of it', '/log', `{${key},"log_type":"result","data":[{"name":`, {}],
    ['no object', '/log', '[1]', {}],
    ['another log type', '/log', `{${key},"log_type":"other","data":[]}`, {}],
    ['data that is no list', '/log', `{${key},"log_type":"result","data":{}}`, {}],
    ['a huge body', '/log', Buffer.alloc(17 * 1024 * 1024, 32), {}],
    ['a bomb', '/log', gzipSync(Buffer.alloc(64 * 1024 * 1024)), gzip],
    ['what is not packed but says so', '/log', '{}', gzip],
    ['an unknown packing', '/log', '{}', { 'content-encoding': 'br' }],
    ['an unknown path', '/nowhere', '{}', {}],
    ['a huge enrollment', '/enroll', Buffer.alloc(2 * 1024 * 1024, 32), {}],
  ])('gets an answer that it takes for a failure: %s', async (_, path, body, headers) => {
    const { post, enroll, entries } = await agentsServer();
    const node_key = await enroll('web-1');
    const sent = typeof body === 'string' ? body.replace('KEY', node_key) : body;
    const authorization = `NodeKey ${node_key}`;
    const answer = await post(path, sent, { headers: { ...headers, authorization } });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.json?.['error']).toEqual(expect.any(String));
    expect(entries).toHaveLength(0);
  });

  test.each([
    ['no HTTP', 'nonsense\r\n\r\n'],
    [
      'an unknown Expect',
      'POST /log HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 2\r\n\r\n{}',
    ],
    ['endless headers', `POST /log HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
  ])('or its connection is dropped without an empty answer: %s', async (_, raw) => {
    const { server, certificates } = await agentsServer();
    const socket = connect({ port: server.port, host: '127.0.0.1', ca: certificates.ca });
    let answered = '';
    socket.on('data', (chunk) => (answered += String(chunk)));
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(raw);
    await closed;
    expect(answered).toBe('');
  });
});

describe('a query on a host', () => {
  test('is given until it is answered, and has the rows that come', async () => {
    const { server, post, enroll } = await agentsServer();
    const node_key = await enroll('web-1');
    const other = await enroll('web-2');
    expect((await post('/distributed/read', { node_key })).json).toEqual({ queries: {} });
    const answer = server.distributed.ask('web-1', 'select 1', 60_000);
    const { json } = await post('/distributed/read', { node_key });
    expect(json?.['accelerate']).toEqual(expect.any(Number));
    expect((await post('/read', { node_key })).json).toEqual(json);
    expect((await post('/read', { node_key: other })).json).toEqual({ queries: {} });
    const [[id, sql] = []] = Object.entries(json?.['queries'] ?? {});
    expect(sql).toBe('select 1');
    await post('/write', { node_key: other, queries: { [String(id)]: [{ forged: '1' }] } });
    await post('/distributed_write', { node_key, queries: { [String(id)]: [{ 1: '1' }] } });
    expect(await answer).toEqual({ kind: 'rows', rows: [{ 1: '1' }] });
    expect((await post('/read', { node_key })).json).toEqual({ queries: {} });
  });

  test.each([
    [{ statuses: { ID: 1 }, messages: { ID: 'no such table' } }, 'no such table'],
    [{ statuses: { ID: '1' }, queries: { ID: '' } }, 'status "1"'],
  ])('that fails says why: %j', async (written, message) => {
    const { server, post, enroll } = await agentsServer();
    const node_key = await enroll('web-1');
    const answer = server.distributed.ask('web-1', 'select nope', 60_000);
    const { json } = await post('/read', { node_key });
    const [id = ''] = Object.keys(json?.['queries'] ?? {});
    const body = JSON.stringify({ node_key, ...written }).replaceAll('ID', id);
    expect((await post('/write', body)).json).toEqual({ node_invalid: false });
    expect(await answer).toEqual({ kind: 'failed', message });
  });

  test('that is not answered is late, and the server ends none the less', async () => {
    const { server } = await agentsServer();
    expect(await server.distributed.ask('web-1', 'select 1', 1)).toEqual({ kind: 'late' });
    const waiting = server.distributed.ask('web-1', 'select 1', 60_000);
    await server.close();
    expect(await waiting).toEqual({ kind: 'late' });
  });

  test('waits with others, but not with endlessly many', async () => {
    const { server } = await agentsServer();
    for (let index = 0; index < 64; index++) void server.distributed.ask('a', 'select 1', 60_000);
    expect(() => server.distributed.ask('a', 'select 1', 60_000)).toThrow(/64 queries wait/);
  });
});

test('a carve has no session to go on with, and one that goes on is stopped', async () => {
  const { post, enroll, entries } = await agentsServer();
  const node_key = await enroll('web-1');
  const start = { block_count: 1, block_size: 8192, carve_size: 1, carve_id: 'c', node_key };
  for (const path of ['/carve_init', '/api/osquery/carve/begin', '/lab/init', '/carve/start']) {
    const { json } = await post(path, start);
    expect(json).toBeDefined();
    expect(json?.['session_id']).toBeUndefined();
  }
  for (const path of ['/carve_block', '/api/osquery/carve/block', '/carve/continue']) {
    expect(isSuccessToAgent(await post(path, { block_id: 0, session_id: 's', data: 'eA==' }))).toBe(
      false,
    );
  }
  expect(entries).toHaveLength(0);
});

describe('TLS', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('is spoken in %s', async (version) => {
    const { post } = await agentsServer();
    const only = { minVersion: version, maxVersion: version };
    expect((await post('/enroll', { host_identifier: 'a' }, only)).status).toBe(200);
  });

  test('of before is not, nor without the authority, nor for another name', async () => {
    const { server, post, certificates } = await agentsServer();
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    await expect(post('/enroll', {}, old)).rejects.toThrow(/protocol/i);
    await expect(send({ port: server.port, path: '/enroll' }, '{}')).rejects.toThrow(/certificate/);
    const other = { port: server.port, ca: certificates.ca, servername: 'other.example' };
    await expect(send({ ...other, path: '/enroll' }, '{}')).rejects.toThrow(/altnames/);
  });
});
