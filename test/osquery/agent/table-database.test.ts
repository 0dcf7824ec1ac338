import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { QueryError, TableDatabase } from '../../../osquery/agent/table-database.ts';
import { columnsOf, type Table, type TableRequest } from '../../../osquery/agent/tables/table.ts';
import { temporaryFolder } from '../../onelog.ts';

const FACTS = { info: {}, schedule: [] };

/** Two small tables, and what they were asked for. */
function database() {
  const requests: { name: string; columns: string[] }[] = [];
  const table = (name: string, list: string, rows: Record<string, unknown>[]): Table => ({
    name,
    columns: columnsOf(list),
    rows({ columns, once }: TableRequest) {
      requests.push({ name, columns: [...columns] });
      return once('rows of all', () => rows) as never;
    },
  });
  const people = table('people', 'id BIGINT, name TEXT, size DOUBLE', [
    { id: 1, name: 'Ann', size: 1.5 },
    { id: 9_007_199_254_740_993n, name: '2', size: 3 },
    { id: 3 },
  ]);
  const pets = table('pets', 'id BIGINT, owner BIGINT', [{ id: 7, owner: 1 }]);
  const tables = new TableDatabase([people, pets]);
  return { query: (sql: string) => tables.query(sql, FACTS), requests };
}

describe('a query', () => {
  test('gives typed values, columns in its order', async () => {
    const { query } = database();
    expect(await query('select name, id, size from people')).toEqual({
      columns: ['name', 'id', 'size'],
      rows: [
        ['Ann', 1n, 1.5],
        ['2', 9_007_199_254_740_993n, 3],
        [null, 3n, null],
      ],
    });
  });

  test('sees fresh rows each time, and leaves none behind', async () => {
    const { query } = database();
    for (let time = 0; time < 2; time++) {
      expect((await query('select count(*) from people')).rows).toEqual([[3n]]);
    }
  });

  test.each<[string, Record<string, string[]>]>([
    ['select name from people', { people: ['name'] }],
    ['select * from people', { people: ['id', 'name', 'size'] }],
    ['select count(*) from PEOPLE', { people: [] }],
    ['select size from people join pets using (id)', { people: ['id', 'size'], pets: ['id'] }],
    [
      'select size from people natural join pets',
      { people: ['id', 'name', 'size'], pets: ['id', 'owner'] },
    ],
    ['with p as (select * from pets) select owner from p', { pets: ['id', 'owner'] }],
    ['select 1', {}],
    ['select 1 from pets, people', { people: [], pets: [] }],
  ])('%s fills nothing that it does not look at', async (sql, expected) => {
    const { query, requests } = database();
    await query(sql);
    expect(Object.fromEntries(requests.map(({ name, columns }) => [name, columns]))).toEqual(
      expected,
    );
  });

  test.each([
    ['select * from cats', 'no such table: cats; there are people, pets'],
    ['select age from people', 'no such column: age'],
    ['selec 1', 'near "selec": syntax error'],
    ['', 'expected a SELECT statement: The SQL query contains no statements.'],
    ['select 1; select 2', 'expected one statement, but after it comes "select 2"'],
  ])('%s is refused with a reason', async (sql, message) => {
    const { query } = database();
    await expect(query(sql)).rejects.toThrow(new QueryError(message));
  });

  test.each(['select 1;', 'select 1 ; -- done', 'select 1 /* and\n more */;\n'])(
    '%j is one statement',
    async (sql) => {
      expect((await database().query(sql)).rows).toEqual([[1n]]);
    },
  );

  test('takes "a text" in double quotes, as osquery does', async () => {
    expect((await database().query('select id from people where name = "Ann"')).rows).toEqual([
      [1n],
    ]);
  });

  test('reads a blob as text', async () => {
    expect((await database().query("select x'c3a9'")).rows).toEqual([['é']]);
  });

  test('that has too many rows is refused, not cut', async () => {
    const sql = 'with recursive n(i) as (select 1 union all select i + 1 from n) select i from n';
    await expect(database().query(sql)).rejects.toThrow(/^the result has more than 50000 rows/);
  });

  test('that has too long a text is refused', async () => {
    await expect(database().query('select hex(zeroblob(9000000))')).rejects.toThrow('too big');
  });
});

describe('queries can only read', () => {
  test.each([
    'delete from people',
    'insert into people values (1, 2, 3)',
    'update people set id = 1',
    'drop table people',
    'create table t (a)',
    'create temp table t (a)',
    'create view v as select 1',
    "attach 'FILE' as other",
    "vacuum into 'FILE'",
    'pragma journal_mode = wal',
    'pragma temp_store_directory',
    'begin',
    'analyze',
    "select load_extension('x')",
    'with x as (select 1) delete from people',
  ])('%s', async (sql) => {
    const { query } = database();
    const file = join(temporaryFolder(), 'x.db');
    await expect(query(sql.replace('FILE', file))).rejects.toThrow(QueryError);
    expect((await query('select count(*) from people')).rows).toEqual([[3n]]);
    expect(existsSync(file)).toBe(false);
  });

  test('and may ask what there is', async () => {
    const { query } = database();
    expect(
      (await query('pragma table_info(pets)')).rows.map(([, name, type]) => [name, type]),
    ).toEqual([
      ['id', 'BIGINT'],
      ['owner', 'BIGINT'],
    ]);
    expect((await query("select name from pragma_table_info('pets')")).rows).toHaveLength(2);
  });
});
