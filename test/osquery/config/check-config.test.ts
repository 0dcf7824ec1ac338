import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { JsonValue } from '../../../log/entry.ts';
import { checkConfig, type ConfigIssue } from '../../../osquery/config/check-config.ts';
import { parseConfigText } from '../../../osquery/config/config-text.ts';

const shown = (issues: readonly ConfigIssue[]): string[] =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

test('a configuration with all that osqueryd knows has no issues', () => {
  const config: JsonValue = {
    options: { host_identifier: 'uuid', read_max: 1, verbose: true },
    schedule: {
      a: { query: 'select 1', interval: 60, description: 'x' },
      b: {
        query: 'select 1',
        interval: '3600',
        snapshot: 'true',
        removed: false,
        platform: 'linux',
        version: '5.0.0',
        shard: '10',
        denylist: false,
      },
    },
    packs: { p: { discovery: ['select 1'], queries: { q: { query: 'select 1', interval: 1 } } } },
    decorators: { load: ['select 1'], always: [], interval: { '60': ['select 1'] } },
    file_paths: {},
    events: {},
  };
  expect(checkConfig(config)).toEqual({ errors: [], warnings: [] });
});

test.each<[JsonValue, string]>([
  [[], ': expected an object, got a list'],
  [{ schedule: [] }, 'schedule: expected an object, got a list'],
  [{ schedule: { a: 'select 1' } }, 'schedule.a: expected an object, got "select 1"'],
  [{ schedule: { a: { interval: 1 } } }, 'schedule.a: has no "query" (SQL)'],
  [{ schedule: { a: { query: ' ', interval: 1 } } }, 'schedule.a.query: expected SQL, got " "'],
  [{ schedule: { a: { query: 'x' } } }, 'schedule.a: has no "interval" (seconds from 1 to 604800)'],
  ...[0, 604_801, 1.5, '1s', null, true].map((interval): [JsonValue, string] => [
    { schedule: { a: { query: 'x', interval } } },
    `schedule.a.interval: expected seconds from 1 to 604800, got ${JSON.stringify(interval)}`,
  ]),
  [
    { schedule: { a: { query: 'x', interval: 1, removed: 0 } } },
    'schedule.a.removed: expected true or false, got 0',
  ],
  [
    { packs: { p: { queries: { q: { query: 1, interval: 1 } } } } },
    'packs.p.queries.q.query: expected SQL, got 1',
  ],
  [{ packs: { p: { discovery: [1] } } }, 'packs.p.discovery.0: expected SQL, got 1'],
  [{ options: { a: {} } }, 'options.a: expected a text, a number, true or false, got an object'],
  [{ decorators: { load: 'x' } }, 'decorators.load: expected a list of queries, got "x"'],
  [
    { decorators: { interval: { 90: ['x'] } } },
    'decorators.interval.90: expected seconds that are whole minutes',
  ],
])('%j cannot be used', (config, error) => {
  expect(shown(checkConfig(config).errors)).toEqual([error]);
});

test('unknown keys and packs by path are warned of, with what is known there', () => {
  const { errors, warnings } = checkConfig({
    shedule: {},
    schedule: { a: { query: 'x', interval: 1, intervall: 1 } },
    packs: { p: '/etc/pack.conf', r: { querys: {} } },
  });
  expect(errors).toEqual([]);
  expect(shown(warnings)).toEqual([
    'shedule: unknown key',
    'schedule.a.intervall: unknown key',
    "packs.p: a file's path, which an agent cannot ask for: write the pack itself here",
    'packs.r.querys: unknown key',
  ]);
  expect(warnings[1]?.known).toContain('interval');
});

test('the configuration that ships is sound', () => {
  const file = fileURLToPath(new URL('../../../osquery/osquery.conf', import.meta.url));
  expect(checkConfig(parseConfigText(readFileSync(file, 'utf8')).value)).toEqual({
    errors: [],
    warnings: [],
  });
});
