import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHistory, type ModelName } from '../../runner/driving/read-history.ts';
import { UserError } from '../../runner/user-error.ts';
import { onelog, temporaryFolder } from '../onelog.ts';

async function linearize(text: string, args: readonly string[] = []) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'history'), text);
  const { stdout, stderr, exitCode } = await onelog(cwd, ['linearize', 'history', ...args]);
  return { stdout, stderr, exitCode, cwd };
}

const LOG = `INFO  jepsen.util - 0\t:invoke\t:write\t1
INFO  jepsen.util - 0\t:ok\t:write\t1
INFO  jepsen.util - 1\t:invoke\t:read\tnil
INFO  jepsen.util - 1\t:ok\t:read\t`;

test('a history that is linearizable gives 0', async () => {
  expect(await linearize(`${LOG}1\n`)).toMatchObject({
    stdout: 'linearizable: 2 operations of 2 clients',
    stderr: '',
    exitCode: 0,
  });
});

test('one that is not gives 1, with the longest valid prefix and a picture', async () => {
  const { stdout, exitCode, cwd } = await linearize(`${LOG}2\n`, ['--svg', 'history.svg']);
  expect(exitCode).toBe(1);
  expect(stdout).toBe(`not linearizable: 2 operations of 2 clients

Nothing explains the return in line 4: client 1: read → 2
Possible here: 1

The longest valid prefix ends before it. 1 of the 2 operations that have to do with it, in an order that is valid:
  client 0: write 1 → ok`);
  expect(readFileSync(join(cwd, 'history.svg'), 'utf8')).toContain('class="stuck"');
});

test('one that takes too long gives 3', async () => {
  const events = Array.from({ length: 40 }, (_, process) => [
    `{:process ${process}, :type :invoke, :f :append, :key "k", :value "${process},"}`,
    `{:process ${process}, :type :ok, :f :append, :key "k", :value "${process},"}`,
  ]);
  const text = [
    ...events.map(([call]) => call),
    ...events.map(([, returned]) => returned),
    '{:process 99, :type :invoke, :f :get, :key "k", :value nil}',
    '{:process 99, :type :ok, :f :get, :key "k", :value "x"}',
  ].join('\n');
  const { stdout, exitCode } = await linearize(text, ['--time-limit', '0.1', '--format', 'json']);
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toEqual({ verdict: 'unknown', operations: 41, limit: 'time' });
});

test('one that is wrong gives 2, and a sentence with its line', async () => {
  expect(await linearize('PNG\u0000\u001b[31m')).toMatchObject({
    stdout: '',
    stderr: expect.stringMatching(/^one-log: history:1: not EDN: expected [^\u001b\n]*$/),
    exitCode: 2,
  });
});

test.each<[string, string, ModelName | undefined, string]>([
  ['a return without a call', '{:process 0, :type :ok, :f :read}', undefined, 'history:1: '],
  [
    'a cas of a register that has none',
    '{:process 0, :type :invoke, :f :cas, :value [1 2]}',
    'register',
    'read or write',
  ],
  ['a model of something else', `${LOG}1\n`, 'petstore', 'must be register, cas-register or kv'],
  ['a model of something else', '{"client":"1"}', 'kv', 'must be petstore'],
  ['a file of nothing', '\n', undefined, 'is empty'],
])('%s is told', (_what, text, model, sentence) => {
  const file = join(temporaryFolder(), 'history');
  writeFileSync(file, text);
  expect(() => readHistory(file, model, () => {})).toThrow(UserError);
  expect(() => readHistory(file, model, () => {})).toThrow(sentence);
});

test('a file that is not there is told', () => {
  expect(() => readHistory('/nowhere/at/all', undefined, () => {})).toThrow('cannot read');
});
