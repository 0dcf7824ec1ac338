import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../runner/config.ts';
import { temporaryFolder } from '../onelog.ts';

function configOf(text: string, files: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'env'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const file = join(folder, 'lab.yaml');
  writeFileSync(file, text);
  return readConfig(file).nodes ?? [];
}

/** What is said of a wrong file, without its folder. */
function complaint(text: string): string {
  try {
    configOf(text);
  } catch (error) {
    return (error as Error).message.replaceAll(/\S*lab\.yaml:/g, '');
  }
  return 'nothing';
}

describe('a config file', () => {
  test('gives a node its environment files, later ones and its own values winning', () => {
    const [node] = configOf(
      'nodes: {web: {command: node, env_file: [env/a, env/b], env: {C: own}}}',
      {
        'env/a': 'A=1\nB="two words"\nC=3\n',
        'env/b': '# more\nexport B=2\n',
      },
    );
    expect(node?.env).toEqual({ A: '1', B: '2', C: 'own' });
  });

  test('takes a restart policy by its name, or in detail', () => {
    const nodes = configOf(`nodes:
  a: {command: x, restart: always}
  b: {command: x, restart: {when: on-failure, limit: 3, delay_seconds: 0.1}}
  c: {command: x, after: [a, b]}`);
    expect(nodes.map(({ restart }) => restart)).toEqual([
      { when: 'always', limit: 10, delaySeconds: 1, maxDelaySeconds: 30 },
      { when: 'on-failure', limit: 3, delaySeconds: 0.1, maxDelaySeconds: 30 },
      undefined,
    ]);
    expect(nodes.map(({ after }) => after)).toEqual([[], [], ['a', 'b']]);
  });

  test.each([
    [
      'nodes:\n  web:\n    comand: node\n    command: node\n',
      '3:5: nodes.web: unknown key "comand"; did you mean "command"?',
    ],
    [
      'nodes:\n  web: {command: node, envFile: x}\n',
      '2:24: nodes.web: unknown key "envFile"; did you mean "env_file"?',
    ],
    [
      'nodes: {web: {command: node, xyzzy: 1}}',
      '1:30: nodes.web: unknown key "xyzzy"; known here: command, args, env, env_file, cwd, port, ready, after, restart',
    ],
    [
      'nodes: {web: {command: node, restart: {when: always, limt: 1}}}',
      '1:54: nodes.web.restart: unknown key "limt"; did you mean "limit"?',
    ],
    [
      'nodes: {web: {command: node, restart: sometimes}}',
      '1:39: nodes.web.restart: expected never, on-failure, always, or { when, limit, delay_seconds, max_delay_seconds }',
    ],
    [
      'nodes: {web: {command: node, ready: {prt: 1}}}',
      '1:37: nodes.web.ready: expected { http: URL }, { port: number } or { log: text }',
    ],
    [
      'nodes:\n  web: {command: a}\n  "web": {command: b}\n',
      '3:3: "web" is there twice: each name can be given once',
    ],
    [
      'nodes:\n  web: {command: a, after: [dbb]}\n  db: {command: b}\n',
      '2:29: nodes.web.after.0: no node is named "dbb"; did you mean "db"?',
    ],
    [
      'nodes:\n  a: {command: x, after: [b]}\n  b: {command: x, after: [c]}\n  c: {command: x, after: [a]}\n',
      '4:27: nodes.c.after.0: nothing could start: "a" waits for "b" waits for "c" waits for "a"',
    ],
    [
      'nodes: {a: {command: x, after: [a]}}',
      '1:33: nodes.a.after.0: nothing could start: "a" waits for "a"',
    ],
    ['nodes: {docker: {command: x}}', 'expected a name other than driver, system, docker'],
    ['nodes: {a: {command: x, env_file: nowhere.env}}', '1:35: nodes.a.env_file: ENOENT'],
  ])('with %j is told: %s', (text, sentence) => {
    expect(complaint(text)).toContain(sentence);
  });

  test('tells all that is wrong, in the order of the text', () => {
    const lines = complaint(
      'nodes:\n  a: {command: x, after: [q]}\n  b: {comand: x, command: y, prot: 1}\n',
    ).split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['2:27:', '3:7:', '3:30:']);
  });
});
