import { describe, expect, test } from 'vitest';
import { readConfig, type ConfigHost } from '../../../osquery/agent/agent-config.ts';

const host: ConfigHost = {
  platform: 'linux',
  version: '5.16.0',
  shard: 40,
  defaultIntervalSeconds: 3600,
  packDelimiter: '_',
};

const namesIn = (config: Record<string, unknown>, of: Partial<ConfigHost> = {}) =>
  readConfig(config, { ...host, ...of }).schedule.map(({ name }) => name);

describe('a schedule', () => {
  test('has defaults, and takes numbers and truth as texts', () => {
    const config = {
      schedule: {
        b: { query: 'select 2' },
        a: { query: 'select 1', interval: '5', snapshot: 'true', removed: 0, denylist: false },
        c: { query: 'select 3', interval: 9, startup_priority: 1 },
      },
    };
    const usual = { snapshot: false, removed: true, denylist: true, atStart: false, discovery: [] };
    expect(readConfig(config, host)).toMatchObject({
      problems: [],
      schedule: [
        { ...usual, name: 'c', query: 'select 3', intervalSeconds: 9, atStart: true },
        {
          ...usual,
          name: 'a',
          intervalSeconds: 5,
          snapshot: true,
          removed: false,
          denylist: false,
        },
        { ...usual, name: 'b', intervalSeconds: 3600 },
      ],
    });
  });

  test.each<[unknown, string]>([
    [
      { query: 'select 1', interval: 0 },
      'the schedule: q: expected an interval of 1 to 604800 seconds, not 0',
    ],
    [
      { query: 'select 1', interval: 'often' },
      'the schedule: q: expected an interval of 1 to 604800 seconds, not "often"',
    ],
    [{ interval: 5 }, 'the schedule: q has no query'],
    ['select 1', 'the schedule: q has no query'],
  ])('leaves out %j and says why', (q, problem) => {
    const config = { schedule: { q, good: { query: 'select 1', interval: 1 } } };
    expect(readConfig(config, host).problems).toEqual([problem]);
    expect(namesIn(config)).toEqual(['good']);
  });

  test.each<[Record<string, unknown>, boolean]>([
    [{ platform: 'linux' }, true],
    [{ platform: 'darwin,linux' }, true],
    [{ platform: 'posix' }, true],
    [{ platform: 'all' }, true],
    [{ platform: '' }, true],
    [{ platform: 'windows' }, false],
    [{ platform: 'darwin' }, false],
    [{ version: '5.16.0' }, true],
    [{ version: '5.9' }, true],
    [{ version: '5.16.1' }, false],
    [{ version: '6' }, false],
    [{ shard: 40 }, true],
    [{ shard: '39' }, false],
    [{ shard: 0 }, true],
  ])('on this Linux with %j: %j', (condition, isIn) => {
    const query = { query: 'select 1', interval: 1, ...condition };
    expect(namesIn({ schedule: { query } })).toEqual(isIn ? ['query'] : []);
    const packs = { p: { queries: { query: { query: 'select 1' } }, ...condition } };
    expect(namesIn({ packs })).toEqual(isIn ? ['pack_p_query'] : []);
  });

  test('knows other systems by their names', () => {
    const queries = Object.fromEntries(
      ['linux', 'darwin', 'windows', 'posix'].map((platform) => [
        platform,
        { query: 'select 1', platform },
      ]),
    );
    expect(namesIn({ schedule: queries }, { platform: 'darwin' })).toEqual(['darwin', 'posix']);
    expect(namesIn({ schedule: queries }, { platform: 'win32' })).toEqual(['windows']);
  });
});

test('packs give their queries their name and their discovery', () => {
  const packs = {
    web: { discovery: ['select 1'], queries: { load: { query: 'select 2', interval: 3 } } },
    file: '/etc/osquery/packs/it.conf',
  };
  const { schedule, problems } = readConfig({ packs }, { ...host, packDelimiter: '/' });
  expect(schedule).toMatchObject([{ name: 'pack/web/load', discovery: ['select 1'] }]);
  expect(problems).toEqual([
    'pack file: expected an object with queries, not "/etc/osquery/packs/it.conf"',
  ]);
});

test('decorators are read by when they run, and their intervals are whole minutes', () => {
  const decorators = {
    load: ['select 1', 7],
    always: ['select 2'],
    interval: { 60: ['select 3'], 90: ['select 4'] },
  };
  expect(readConfig({ decorators }, host)).toMatchObject({
    decorators: {
      load: ['select 1'],
      always: ['select 2'],
      interval: new Map([[60, ['select 3']]]),
    },
    problems: ['decorators: expected an interval of whole minutes in seconds, not 90'],
  });
});

test.each([{}, { schedule: [] }, { schedule: null, packs: 7, decorators: 'x', options: [] }])(
  '%j is a configuration without queries',
  (config) => {
    expect(readConfig(config, host)).toMatchObject({ schedule: [], options: {}, problems: [] });
  },
);
