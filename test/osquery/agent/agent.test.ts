import { hostname } from 'node:os';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { Agent } from '../../../osquery/agent/agent.ts';
import { parseFlags, type AgentFlags } from '../../../osquery/agent/flags.ts';
import { QueryRunner } from '../../../osquery/agent/query-runner.ts';
import type { JsonObject } from '../../../osquery/agent/tls-transport.ts';
import { eventually, temporaryFolder } from '../../onelog.ts';
import { startTestServer, type Call } from './osquery-server.ts';

type Server = Awaited<ReturnType<typeof startTestServer>>;

/** One for all agents here: to start a process takes longer than most tests. */
const queries = new QueryRunner({ dockerSocket: '/nonexistent' });
const runner = {
  run: (...query: Parameters<QueryRunner['run']>) => queries.run(...query),
  close() {},
};
afterAll(() => queries.close());

/** An agent that hurries, so that the test need not wait. */
function startAgent(server: Server, flags: Partial<AgentFlags> = {}): Agent {
  const agent = new Agent(
    {
      ...parseFlags([]).flags,
      tls_hostname: server.hostname,
      tls_server_certs: server.certificates,
      enroll_tls_endpoint: '/enroll',
      config_tls_endpoint: '/config',
      logger_tls_endpoint: '/log',
      distributed_tls_read_endpoint: '/read',
      distributed_tls_write_endpoint: '/write',
      tls_enroll_max_interval: 0.01,
      config_refresh: 0.02,
      config_accelerated_refresh: 0.02,
      logger_tls_period: 0.02,
      logger_tls_backoff_max: 0.02,
      distributed_interval: 0.02,
      ...flags,
    },
    () => {},
    runner,
  );
  onTestFinished(() => agent.close());
  return agent;
}

/** Answers as a server should, but for the paths that a test answers itself. */
const answering =
  (own: Readonly<Record<string, (call: Call) => JsonObject | string | undefined>> = {}) =>
  (call: Call) => {
    const reply = own[call.path];
    if (reply !== undefined) return reply(call);
    return call.path === '/enroll' ? { node_key: 'key-1', node_invalid: false } : {};
  };

/** The items that came in the posts to /log of that kind, in their order. */
const itemsOf = (server: Server, type: 'result' | 'status') =>
  server
    .to('/log')
    .filter((body) => body['log_type'] === type)
    .flatMap((body) => body['data'] as JsonObject[]);

/** Queries that are run at once, by their names. */
const scheduled = (queries: Record<string, string>) => ({
  schedule: Object.fromEntries(
    Object.entries(queries).map(([name, query]) => [
      name,
      { query, interval: 3600, startup_priority: 1 },
    ]),
  ),
});

describe('an agent that starts', () => {
  test('enrolls with its secret and who it is, and shows its key from then on', async () => {
    const secret = join(temporaryFolder(), 'secret');
    writeFileSync(secret, 'open sesame\n');
    const server = await startTestServer(answering());
    startAgent(server, {
      enroll_secret_path: secret,
      host_identifier: 'specified',
      specified_identifier: 'lab-7',
    });
    const config = await eventually(() => server.calls.find(({ path }) => path === '/config'));
    expect(server.to('/enroll')).toMatchObject([
      {
        enroll_secret: 'open sesame',
        host_identifier: 'lab-7',
        platform_type: expect.stringMatching(/^\d+$/),
        host_details: {
          os_version: { name: expect.stringMatching(/./) },
          system_info: { hostname: hostname() },
          osquery_info: { pid: String(process.pid), build_distro: 'one-log' },
        },
      },
    ]);
    expect(config).toMatchObject({ nodeKey: 'key-1', body: { node_key: 'key-1' } });
  });

  test('tries again as long as it is not given a key', async () => {
    const answers = [undefined, 'no JSON', { error: 'not now' }, {}, { node_invalid: true }];
    const server = await startTestServer(
      answering({ '/enroll': () => (answers.length > 0 ? answers.shift() : { id: 'key-9' }) }),
    );
    startAgent(server);
    const config = await eventually(() => server.calls.find(({ path }) => path === '/config'));
    expect(config.nodeKey).toBe('key-9');
    expect(server.to('/enroll')).toHaveLength(6);
  });

  test('says nothing to a server whose certificate nobody vouches for', async () => {
    const server = await startTestServer(answering());
    const other = await startTestServer(answering());
    const said: string[] = [];
    const agent = new Agent(
      {
        ...parseFlags([]).flags,
        tls_hostname: server.hostname,
        tls_server_certs: other.certificates,
        enroll_tls_endpoint: '/enroll',
      },
      ({ msg }) => said.push(msg),
      runner,
    );
    onTestFinished(() => agent.close());
    await eventually(() => said.find((msg) => /self.signed certificate|certificate/.test(msg)));
    expect(server.calls).toEqual([]);
  });
});

describe('the log of an agent', () => {
  test('has the rows of scheduled queries as texts, and what is wrong with others', async () => {
    const config = {
      ...scheduled({
        one: 'select 1 as n, 2.0 as x, null as missing',
        wrong: 'select * from no_such',
      }),
      decorators: { load: ["select 'blue' as team"] },
    };
    const server = await startTestServer(answering({ '/config': () => config }));
    startAgent(server, { logger_tls_compress: true });
    const result = await eventually(() => itemsOf(server, 'result')[0]);
    expect(result).toEqual({
      name: 'one',
      hostIdentifier: hostname(),
      calendarTime: expect.stringMatching(/^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4} UTC$/),
      unixTime: expect.any(Number),
      epoch: 0,
      counter: 0,
      numerics: false,
      decorations: { team: 'blue' },
      columns: { n: '1', x: '2.0', missing: '' },
      action: 'added',
    });
    const status = await eventually(() =>
      itemsOf(server, 'status').find(({ severity }) => severity === 2),
    );
    expect(status).toMatchObject({
      filename: 'scheduler.ts',
      line: expect.any(Number),
      message: expect.stringContaining('wrong: no such table: no_such; there are '),
      decorations: { team: 'blue' },
    });
  });

  test('is sent again until it is taken, and not once more', async () => {
    const answers = [undefined, 'no JSON', { error: 'disk full' }, { node_invalid: true }, ''];
    const config = scheduled({ one: 'select 1 as n' });
    let keys = 0;
    const server = await startTestServer(
      answering({
        '/enroll': () => ({ node_key: `key-${++keys}` }),
        '/config': () => config,
        '/log': ({ body }) =>
          body['log_type'] === 'status' || answers.length === 0 ? {} : answers.shift(),
      }),
    );
    startAgent(server);
    const posts = await eventually(() => {
      const found = server.to('/log').filter((body) => body['log_type'] === 'result');
      return found.length < 5 ? undefined : found;
    });
    expect(new Set(posts.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(posts.map((body) => body['node_key'])).toEqual([
      ...Array.from({ length: 4 }, () => 'key-1'),
      'key-2',
    ]);
    // After an answer that takes it, several more rounds bring nothing.
    const rounds = () => server.to('/config').length;
    const before = rounds();
    await eventually(() => (rounds() > before + 5 ? true : undefined));
    expect(itemsOf(server, 'result')).toHaveLength(5);
  });

  test('is taken by any answer that is an object without an error, whatever its HTTP status', async () => {
    const config = scheduled({ one: 'select 1 as n' });
    const server = await startTestServer(answering({ '/config': () => config }), 500);
    const agent = startAgent(server);
    await eventually(() => itemsOf(server, 'result')[0]);
    await eventually(() => (agent.unsent === 0 ? true : undefined));
    expect(itemsOf(server, 'result')).toHaveLength(1);
  });
});

describe('a configuration', () => {
  test('that changes is loaded, and keeps what queries have found before', async () => {
    const first = scheduled({ one: 'select 1 as n' });
    const second = { ...scheduled({ one: 'select 1 as n', two: 'select 2 as n' }) };
    let config: JsonObject = first;
    const server = await startTestServer(answering({ '/config': () => config }));
    startAgent(server);
    await eventually(() => itemsOf(server, 'result')[0]);
    config = second;
    await eventually(() => itemsOf(server, 'result')[1]);
    expect(itemsOf(server, 'result').map(({ name }) => name)).toEqual(['one', 'two']);
  });

  test('sets options, and an option that is none leaves the last one in force', async () => {
    let config: JsonObject = {
      ...scheduled({ one: 'select 1 as n' }),
      options: { logger_numerics: true },
    };
    const server = await startTestServer(answering({ '/config': () => config }));
    startAgent(server);
    const result = await eventually(() => itemsOf(server, 'result')[0]);
    expect(result).toMatchObject({ numerics: true, columns: { n: 1 } });
    config = { schedule: {}, options: { logger_numerics: 'perhaps' } };
    const status = await eventually(() =>
      itemsOf(server, 'status').find(({ message }) => /perhaps/.test(String(message))),
    );
    expect(status.message).toContain('--logger_numerics: expected true or false, not "perhaps"');
  });
});

describe('distributed queries', () => {
  const results = async (queries: JsonObject, more: JsonObject = {}) => {
    let isAsked = false;
    const server = await startTestServer(
      answering({
        '/read': () => {
          if (isAsked) return {};
          isAsked = true;
          return { queries, ...more };
        },
      }),
    );
    startAgent(server, { disable_distributed: false });
    await eventually(() =>
      server.to('/write').length >= Object.keys(queries).length ? true : undefined,
    );
    return server.to('/write');
  };

  test('are run and answered, each with its rows or its error', async () => {
    const written = await results({ a: 'select 7 as n, 1.5 as x', b: 'select * from' });
    expect(written).toMatchObject([
      {
        node_key: 'key-1',
        queries: { a: [{ n: '7', x: '1.5' }] },
        statuses: { a: 0 },
        messages: { a: '' },
        stats: { a: { wall_time_ms: expect.any(Number), memory: expect.any(Number) } },
      },
      { queries: { b: [] }, statuses: { b: 1 }, messages: { b: 'incomplete input' } },
    ]);
  });

  test('can see the agent and its schedule', async () => {
    const [written] = await results({ a: 'select pid, config_valid from osquery_info' });
    expect(written).toMatchObject({ queries: { a: [{ pid: String(process.pid) }] } });
  });

  test('are left out where their discovery query has no rows', async () => {
    const asked = { yes: 'select 1', no: 'select 1' };
    const discovery = { yes: 'select 1', no: 'select 1 where 0' };
    let isAsked = false;
    const server = await startTestServer(
      answering({
        '/read': () => {
          if (isAsked) return {};
          isAsked = true;
          return { queries: asked, discovery };
        },
      }),
    );
    startAgent(server, { disable_distributed: false });
    await eventually(() => server.to('/write')[0]);
    const reads = server.to('/read').length;
    await eventually(() => (server.to('/read').length > reads ? true : undefined));
    expect(server.to('/write').map(({ queries }) => Object.keys(queries as object))).toEqual([
      ['yes'],
    ]);
  });
});
