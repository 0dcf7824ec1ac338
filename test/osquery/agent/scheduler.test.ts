import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../osquery/agent/agent-config.ts';
import { Decorations } from '../../../osquery/agent/decorations.ts';
import { parseFlags, type AgentFlags } from '../../../osquery/agent/flags.ts';
import { QueryCutError } from '../../../osquery/agent/query-runner.ts';
import { Scheduler } from '../../../osquery/agent/scheduler.ts';
import { QueryError, type SqlValue } from '../../../osquery/agent/table-database.ts';
import type { JsonObject } from '../../../osquery/agent/tls-transport.ts';

/** What a query gives, one after the other, and the last from then on: values of the one column `n`. */
type Answers = Record<string, (SqlValue[] | Error)[]>;

function scheduler(config: JsonObject, answers: Answers, flags: Partial<AgentFlags> = {}) {
  const ran: string[] = [];
  const items: JsonObject[] = [];
  const said: string[] = [];
  const runner = {
    async run(sql: string) {
      ran.push(sql);
      const [answer = []] = answers[sql] ?? [];
      if ((answers[sql]?.length ?? 0) > 1) answers[sql]?.shift();
      if (answer instanceof Error) throw answer;
      const result = { columns: ['n'], rows: answer.map((value) => [value]) };
      return { result, wallMs: 3, userMs: 2, systemMs: 1, residentBytes: 100 };
    },
  };
  const status = {
    warning: (text: string) => said.push(text),
    error: (text: string) => said.push(text),
  };
  const facts = () => ({ info: {}, schedule: [] });
  const decorations = new Decorations({ runner, status, facts });
  const scheduler = new Scheduler({
    hostIdentifier: 'lab',
    runner,
    decorations,
    status,
    facts,
    flags: () => ({ ...parseFlags([]).flags, ...flags }),
    add: (item) => items.push(JSON.parse(item) as JsonObject),
  });
  const read = readConfig(config, {
    platform: 'linux',
    version: '5.16.0',
    shard: 0,
    defaultIntervalSeconds: 10,
    packDelimiter: '_',
  });
  scheduler.load(read);
  /** What came of it in short: counter, action and value. */
  const short = () =>
    items
      .splice(0)
      .map(({ counter, action, columns }) => [
        counter,
        action,
        (columns as JsonObject | undefined)?.['n'],
      ]);
  return { scheduler, decorations, read, ran, items, said, short };
}

const one = (query: object) => ({ schedule: { q: { query: 'Q', interval: 1, ...query } } });

describe('a differential query', () => {
  test('gives all rows first, then what changed, and counts', async () => {
    const { scheduler: s, short } = scheduler(one({}), { Q: [[1n, 2n], [1n, 2n], [2n, 3n], []] });
    for (let second = 1; second <= 5; second++) await s.run(second - 1, second);
    expect(short()).toEqual([
      [0, 'added', '1'],
      [0, 'added', '2'],
      [1, 'removed', '1'],
      [1, 'added', '3'],
      [2, 'removed', '2'],
      [2, 'removed', '3'],
    ]);
  });

  test('that tells of no removals still counts them', async () => {
    const { scheduler: s, short } = scheduler(one({ removed: false }), { Q: [[1n], [], [5n]] });
    for (let second = 1; second <= 3; second++) await s.run(second - 1, second);
    expect(short()).toEqual([
      [0, 'added', '1'],
      [2, 'added', '5'],
    ]);
  });

  test('begins anew with a new epoch', async () => {
    const flags = { schedule_epoch: 0 };
    const { scheduler: s, items } = scheduler(one({}), { Q: [[1n]] }, flags);
    await s.run(0, 1);
    flags.schedule_epoch = 7;
    await s.run(1, 2);
    expect(items).toMatchObject([
      { epoch: 0, counter: 0, columns: { n: '1' } },
      { epoch: 7, counter: 0, columns: { n: '1' } },
    ]);
  });

  test('is one item where events are off', async () => {
    const flags = { logger_event_type: false };
    const { scheduler: s, items } = scheduler(one({}), { Q: [[1n], [2n]] }, flags);
    await s.run(0, 1);
    await s.run(1, 2);
    expect(items).toMatchObject([
      { counter: 0, diffResults: { removed: [], added: [{ n: '1' }] } },
      { counter: 1, diffResults: { removed: [{ n: '1' }], added: [{ n: '2' }] } },
    ]);
  });
});

describe('a snapshot', () => {
  test('has all rows each time, also none', async () => {
    const { scheduler: s, items } = scheduler(one({ snapshot: true }), { Q: [[1n], []] });
    await s.run(0, 1);
    await s.run(1, 2);
    expect(items).toMatchObject([
      { name: 'q', action: 'snapshot', snapshot: [{ n: '1' }], counter: 0 },
      { action: 'snapshot', snapshot: [] },
    ]);
  });

  test('is an item a row where it is asked for', async () => {
    const flags = { logger_snapshot_event_type: true, logger_numerics: true };
    const { scheduler: s, items } = scheduler(one({ snapshot: true }), { Q: [[1n, 2.5]] }, flags);
    await s.run(0, 1);
    expect(items).toMatchObject([
      { action: 'snapshot', columns: { n: 1 }, numerics: true },
      { action: 'snapshot', columns: { n: 2.5 } },
    ]);
  });

  test('that is longer than a line may be is dropped, and that is said', async () => {
    const flags = { logger_tls_max_linesize: 300 };
    const {
      scheduler: s,
      items,
      said,
    } = scheduler(one({ snapshot: true }), { Q: [['x'.repeat(400)]] }, flags);
    await s.run(0, 1);
    expect(items).toEqual([]);
    expect(said).toEqual([
      expect.stringMatching(/^A result of q was dropped: it has \d+ bytes of at most 300$/),
    ]);
  });
});

describe('a query', () => {
  test('is run in each second that its interval divides, and once for those that were missed', async () => {
    const { scheduler: s, ran } = scheduler(one({ interval: 5 }), {});
    const counts = [];
    for (const [after, now] of [
      [11, 14],
      [14, 15],
      [15, 16],
      [16, 31],
      [31, 34],
    ] as const) {
      await s.run(after, now);
      counts.push(ran.splice(0).length);
    }
    expect(counts).toEqual([0, 1, 0, 1, 0]);
  });

  test('that is to run at the start is run once before its time', async () => {
    const { scheduler: s, ran } = scheduler(one({ interval: 60, startup_priority: 1 }), {});
    await s.run(7, 7);
    await s.run(7, 8);
    expect(ran).toEqual(['Q']);
  });

  test('that fails is said, and the others run', async () => {
    const config = {
      schedule: { bad: { query: 'B', interval: 1 }, good: { query: 'G', interval: 1 } },
    };
    const {
      scheduler: s,
      items,
      said,
    } = scheduler(config, { B: [new QueryError('no such table: b')], G: [[1n]] });
    await s.run(0, 1);
    expect(said).toEqual(['Error executing scheduled query bad: no such table: b']);
    expect(items).toMatchObject([{ name: 'good' }]);
  });

  test.each([
    [{}, 1, 1],
    [{ denylist: false }, 2, 0],
  ])('that had to be cut is left out for a day, with %j', async (query, runs, denylisted) => {
    const { scheduler: s, ran } = scheduler(one(query), { Q: [new QueryCutError('too long')] });
    const now = Math.floor(Date.now() / 1000);
    await s.run(now - 1, now);
    await s.run(now, now + 1);
    expect(ran).toHaveLength(runs);
    expect(s.rows(now + 1)).toMatchObject([{ name: 'q', denylisted }]);
    expect(s.rows(now + 86_500)).toMatchObject([{ denylisted: 0 }]);
  });

  test('leaves what it cost in osquery_schedule', async () => {
    const { scheduler: s } = scheduler(one({}), { Q: [[1n, 'ab']] });
    await s.run(0, 1);
    await s.run(1, 2);
    expect(s.rows(2)).toEqual([
      {
        name: 'q',
        query: 'Q',
        interval: 1,
        executions: 2,
        last_executed: expect.any(Number),
        denylisted: 0,
        output_size: 10,
        wall_time: 0,
        wall_time_ms: 6,
        last_wall_time_ms: 3,
        user_time: 4,
        last_user_time: 2,
        system_time: 2,
        last_system_time: 1,
        average_memory: 100,
        last_memory: 100,
      },
    ]);
  });
});

test("a pack's queries run where its discovery queries have rows, which are asked now and then", async () => {
  const pack = (discovery: string[]) => ({
    discovery,
    queries: { q: { query: 'Q', interval: 1 } },
  });
  const config = { packs: { a: pack(['YES']), b: pack(['YES', 'NO']), c: pack(['BAD']) } };
  const {
    scheduler: s,
    ran,
    said,
    items,
  } = scheduler(
    config,
    { YES: [[1n]], NO: [[]], BAD: [new QueryError('wrong')], Q: [[1n], [2n]] },
    { pack_refresh_interval: 10 },
  );
  await s.run(0, 1);
  await s.run(1, 2);
  expect(ran).toEqual(['YES', 'Q', 'NO', 'BAD', 'Q']);
  expect(items.map(({ name }) => name)).toEqual(['pack_a_q', 'pack_a_q', 'pack_a_q']);
  expect(said).toEqual(['Discovery query failed (BAD): wrong']);
  await s.run(10, 11);
  expect(ran.slice(5)).toEqual(['YES', 'Q', 'NO', 'BAD']);
});

test('decorations are columns of the first row, from the load, before each query, or every minute', async () => {
  const config = {
    ...one({}),
    decorators: { load: ['L'], always: ['A'], interval: { 60: ['I'] } },
  };
  const answers = {
    L: [['load']],
    A: [['always'], ['more', 'rows']],
    I: [['minute']],
    Q: [[1n], [2n]],
  };
  const { scheduler: s, decorations, read, items, said, ran } = scheduler(config, answers);
  await decorations.load(read.decorators);
  expect(decorations.current).toEqual({ n: 'load' });
  await s.run(0, 1);
  await s.run(1, 2);
  expect(items.map((item) => item['decorations'])).toEqual([
    { n: 'always' },
    ...Array.from({ length: 2 }, () => ({ n: 'more' })),
  ]);
  expect(said).toEqual(['Multiple rows returned for decorator query: A']);
  await decorations.atSecond(119);
  expect(ran).not.toContain('I');
  await decorations.atSecond(120);
  expect(decorations.current).toEqual({ n: 'minute' });
});
