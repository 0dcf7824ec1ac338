import { describe, expect, onTestFinished, test } from 'vitest';
import { queryOnce } from '../../../osquery/agent/query-once.ts';
import { QueryCutError, QueryRunner } from '../../../osquery/agent/query-runner.ts';
import { eventually, isAlive } from '../../onelog.ts';

const FACTS = { info: { pid: 4711 }, schedule: [] };
const ENDLESS =
  'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n';

function runner(bounds: { timeoutMs?: number; maxResidentBytes?: number } = {}): QueryRunner {
  const runner = new QueryRunner({ dockerSocket: '/nonexistent', ...bounds });
  onTestFinished(() => runner.close());
  return runner;
}

describe('a query in a process of its own', () => {
  test('gives its result and what it took', async () => {
    const queries = runner();
    const [first, second, third] = await Promise.allSettled([
      queries.run('select pid from osquery_info', FACTS),
      queries.run('select * from nonsense', FACTS),
      queries.run('select 2 as two', FACTS),
    ]);
    expect(first).toMatchObject({
      value: {
        result: { columns: ['pid'], rows: [[4711n]] },
        wallMs: expect.any(Number),
        userMs: expect.any(Number),
        systemMs: expect.any(Number),
        residentBytes: expect.any(Number),
      },
    });
    expect(second).toMatchObject({
      reason: { name: 'QueryError', message: expect.stringContaining('no such table: nonsense') },
    });
    expect(third).toMatchObject({ value: { result: { columns: ['two'], rows: [[2n]] } } });
  });

  test('is cut when it takes too long, and the next one runs', async () => {
    const queries = runner({ timeoutMs: 700 });
    await expect(queries.run(ENDLESS, FACTS)).rejects.toThrow(
      new QueryCutError('stopped: it ran for more than 0.7 s'),
    );
    expect((await queries.run('select 1', FACTS)).result.rows).toEqual([[1n]]);
  });

  test.skipIf(process.platform !== 'linux')('is cut when it takes too much memory', async () => {
    const queries = runner({ maxResidentBytes: 20 * 1024 * 1024 });
    await expect(queries.run(ENDLESS, FACTS)).rejects.toThrow(
      new QueryCutError('stopped: it took more than 20 MiB of memory'),
    );
  });

  test('is rejected when the runner is closed, and its process is gone', async () => {
    const queries = runner();
    const sql = `select pid from processes where parent = ${process.pid} and name like 'node%'`;
    const [[pid] = []] = (await queries.run(sql, FACTS)).result.rows;
    expect(isAlive(Number(pid))).toBe(true);
    const waiting = [queries.run(ENDLESS, FACTS), queries.run('select 1', FACTS)];
    queries.close();
    const aborted = { status: 'rejected', reason: { name: 'AbortError' } };
    expect(await Promise.allSettled(waiting)).toMatchObject([aborted, aborted]);
    await eventually(() => (isAlive(Number(pid)) ? undefined : true));
  });
});

describe('one query alone', () => {
  test('gives plain values, too large integers as texts', async () => {
    expect(await queryOnce('select 1 a, 2.5 b, null c, 9223372036854775807 d, "x" e')).toEqual({
      columns: ['a', 'b', 'c', 'd', 'e'],
      rows: [[1, 2.5, null, '9223372036854775807', 'x']],
    });
  });
});
