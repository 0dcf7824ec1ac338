import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../runner/config.ts';
import { composeServices } from '../../runner/init/compose-services.ts';
import { configText } from '../../runner/init/config-text.ts';
import type { Found } from '../../runner/init/found-node.ts';
import { packageScripts } from '../../runner/init/package-scripts.ts';
import { procfile } from '../../runner/init/procfile.ts';
import { onelog, temporaryFolder } from '../onelog.ts';

/** What `onelog run -c` makes of what was found. */
function nodesOf(found: Found) {
  const file = join(temporaryFolder(), 'onelog.yaml');
  writeFileSync(file, configText(found, 'a\nfile'));
  return readConfig(file).nodes?.map(({ name, command, args, after, ready }) => ({
    name,
    command: [command, ...args].join(' '),
    ...(after?.length !== 0 && { after }),
    ...(ready !== undefined && { ready }),
  }));
}

const scripts = (...names: string[]): string =>
  JSON.stringify({ scripts: Object.fromEntries(names.map((name) => [name, 'x'])) });

describe('onelog init', () => {
  test.each([
    [['start', 'prestart', 'dev', 'test', 'build'], ['start']],
    [['dev', 'serve', 'lint'], ['dev']],
    [
      ['dev:web', 'dev:worker', 'start:web'],
      ['dev:worker', 'start:web'],
    ],
    [
      ['server', 'worker', 'typecheck'],
      ['server', 'worker'],
    ],
    [['test', 'build'], []],
  ])('of the scripts %j runs %j', (given, chosen) => {
    expect(packageScripts(scripts(...given)).nodes.map(({ name }) => name)).toEqual(chosen);
  });

  test('makes nodes of scripts, with names that nodes may have', () => {
    expect(nodesOf(packageScripts(scripts('dev:web', 'dev:driver', 'start')))).toEqual([
      { name: 'dev-web', command: 'npm run --silent dev:web' },
      { name: 'dev-driver', command: 'npm run --silent dev:driver' },
      { name: 'start', command: 'npm run --silent start' },
    ]);
  });

  test('makes nodes of a Procfile, run by a shell', () => {
    const found = procfile(
      'web: rails s -p $PORT\r\n# more\n\ndriver: ./d "a: b"\nrelease: migrate\n',
    );
    expect(nodesOf(found)).toEqual([
      { name: 'web', command: 'sh -c rails s -p $PORT' },
      { name: 'driver-2', command: 'sh -c ./d "a: b"' },
    ]);
    expect(found.leftOut).toEqual(['release: migrate']);
    expect(() => procfile('web: x\nno process\n')).toThrow('line 2: expected name: command');
  });

  test('makes nodes of compose services, in their order and ready by their ports', () => {
    const compose = `
x-base: &base { image: shop, ports: ["127.0.0.1:8080:80"] }
services:
  web: { <<: *base, depends_on: { db: { condition: service_healthy } } }
  db: { image: postgres, ports: [{ target: 5432, published: "15432" }, "80"] }
  job: { image: job, depends_on: [web, db] }
`;
    const up = (name: string): string =>
      `docker compose -f compose.yml up --no-deps --no-color --no-log-prefix ${name}`;
    expect(nodesOf(composeServices(compose, 'compose.yml'))).toEqual([
      { name: 'web', command: up('web'), after: ['db'], ready: { port: 8080 } },
      { name: 'db', command: up('db'), ready: { port: 15_432 } },
      { name: 'job', command: up('job'), after: ['web', 'db'] },
    ]);
  });

  test('writes what it finds here, and overwrites nothing unless it is told to', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'package.json'), scripts('start'));
    const first = await onelog(cwd, ['init']);
    expect([first.exitCode, first.stderr]).toEqual([
      0,
      expect.stringContaining('wrote onelog.yaml from package.json: start'),
    ]);
    expect(readConfig(join(cwd, 'onelog.yaml')).nodes?.length).toBe(1);
    writeFileSync(join(cwd, 'onelog.yaml'), 'mine');
    const second = await onelog(cwd, ['init']);
    expect([second.exitCode, second.stderr]).toEqual([
      2,
      'one-log: onelog.yaml is there already; --force overwrites it',
    ]);
    expect(readFileSync(join(cwd, 'onelog.yaml'), 'utf8')).toBe('mine');
    expect((await onelog(cwd, ['init', '--force'])).exitCode).toBe(0);
  });

  test.each([
    [[], '', 'found none of Procfile, compose.yaml'],
    [['--from', 'package.json'], '{', 'package.json: '],
    [['--from', 'package.json'], '{"scripts":{"test":"x"}}', 'nothing in it seems to run on'],
    [['--from', 'compose.yml'], 'a: 1', 'compose.yml: ✖ Invalid input: expected record'],
    [['--from', 'Makefile'], 'all:', 'expected a package.json, a Procfile or a compose file'],
  ])('refuses %j with %j', async (args, content, sentence) => {
    const cwd = temporaryFolder();
    if (args[1] !== undefined) writeFileSync(join(cwd, args[1]), content);
    const { exitCode, stderr } = await onelog(cwd, ['init', ...args]);
    expect(stderr).toContain(sentence);
    expect(exitCode).toBe(2);
    expect(existsSync(join(cwd, 'onelog.yaml'))).toBe(false);
  });
});
