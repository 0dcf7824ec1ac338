import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigFile } from '../../../osquery/config/config-file.ts';
import { eventually, temporaryFolder } from '../../onelog.ts';

const query = (sql: string): string =>
  JSON.stringify({ schedule: { a: { query: sql, interval: 1 } } });

/** A file that is looked at often, and what was told of it. */
function configFile(text: string): { path: string; file: ConfigFile; told: string[] } {
  const path = join(temporaryFolder(), 'osquery.conf');
  writeFileSync(path, text);
  const told: string[] = [];
  const file = new ConfigFile(path, {
    pollMs: 5,
    onChange: (config, warnings) =>
      told.push(
        `${JSON.stringify(config)} ${warnings.map(({ path: key }) => key.join('.')).join()}`,
      ),
    onRefused: ({ message, issues }) => {
      const [issue] = issues;
      const { line, column } = issue?.position ?? {};
      told.push(issue === undefined ? message : `${line}:${column} ${issue.message}`);
    },
  });
  onTestFinished(() => file.close());
  return { path, file, told };
}

const next = (told: string[]): Promise<string> => eventually(() => told.shift());

test('a configuration is read again when its file changes, is replaced, or comes back', async () => {
  const { path, file, told } = configFile(query('one'));
  expect(file.current).toEqual(JSON.parse(query('one')));
  writeFileSync(path, query('two'));
  expect(await next(told)).toBe(`${query('two')} `);
  expect(file.current).toEqual(JSON.parse(query('two')));
  writeFileSync(`${path}.new`, query('three'));
  renameSync(`${path}.new`, path);
  expect(await next(told)).toBe(`${query('three')} `);
  rmSync(path);
  expect(await next(told)).toMatch(/^cannot be read: ENOENT/);
  expect(file.current).toEqual(JSON.parse(query('three')));
  writeFileSync(path, query('four'));
  expect(await next(told)).toBe(`${query('four')} `);
});

test('a broken one is refused with its place, and the last good one stays', async () => {
  const { path, file, told } = configFile(query('one'));
  writeFileSync(path, '{\n  "schedule": oops }');
  expect(await next(told)).toBe('2:15 expected a value, got "o"');
  writeFileSync(path, '{"schedule": {\n "a": {"query": "x", "interval": 0}}}');
  expect(await next(told)).toBe('2:22 expected seconds from 1 to 604800, got 0');
  expect(file.current).toEqual(JSON.parse(query('one')));
  writeFileSync(path, '{"shedule": {}}');
  expect(await next(told)).toBe('{"shedule":{}} shedule');
});

test.each([
  ['[]', 'not a configuration of osquery'],
  ['{', 'not JSON'],
  [
    `"${'x'.repeat(5_000_000)}"`,
    'cannot be read: larger than the 4194304 bytes that an agent takes',
  ],
])('one that cannot be used from the start is an error', (text, message) => {
  expect(() => configFile(text)).toThrow(message);
});
