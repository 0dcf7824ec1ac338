import { describe, expect, test } from 'vitest';
import { readEdn } from '../../../driver/formats/edn.ts';
import { eventsOfEdn, eventsOfLog } from '../../../driver/formats/jepsen-event.ts';
import { keyValueHistory, registerHistory } from '../../../driver/formats/jepsen-history.ts';

const asLog = { cas: true, failedCas: 'compared' } as const;
const asEdn = { cas: true, failedCas: 'not done' } as const;

test("Jepsen's log of a register is read, whatever else is logged in between", () => {
  const text = `INFO  jepsen.core - Running test
INFO  jepsen.util - 0\t:invoke\t:read\tnil
INFO  jepsen.util - 1\t:invoke\t:write\t4
2016-04-01 12:00:00 INFO  jepsen.util - 0\t:ok\t:read\tnil
INFO  jepsen.util - :nemesis\t:info\t:start\tnil
INFO  jepsen.util - 1\t:info\t:write\t:timed-out
INFO  jepsen.util - 2\t:invoke\t:cas\t[4 2]
INFO  jepsen.util - 2\t:fail\t:cas\t[4 2]
INFO  jepsen.util - 3\t:invoke\t:read\tnil
INFO  jepsen.util - 3\t:fail\t:read\t:timed-out
`;
  expect(registerHistory(eventsOfLog(text), asLog)).toMatchObject([
    { client: '0', input: { type: 'read' }, output: { type: 'read', value: null } },
    { client: '1', input: { type: 'write', value: 4 } },
    { client: '2', input: { type: 'cas', from: 4, to: 2 }, output: { type: 'cas', done: false } },
  ]);
});

describe('EDN', () => {
  const maps = [
    '{:process 0, :type :invoke, :f :write, :value 1, :time 12}',
    '{:process 0, :type :ok, :f :write, :value 1}',
    '{:process :nemesis, :type :info, :f :kill, :value nil}',
    '{:type :invoke :process 1 :f :cas :value [1 2]}',
    '{:type :fail :process 1 :f :cas :value [1 2] :error [:not "done"]}',
  ];

  test.each([
    ['one map a line', maps.join('\n')],
    ['a vector', `; of a test\n[${maps.join('\n ')}]`],
    ['a list', `(${maps.join(' ')})`],
    ['records', maps.map((map) => `#jepsen.history.Op${map}`).join('\n')],
    ['with values commented out', `[#_{:a 1} ${maps.join('\n#_ "}" ')} #_1]`.replace('}]', '}')],
  ])('is read as %s; what failed was not done', (_how, text) => {
    const whole = text.startsWith('[#_')
      ? `${text.replace(/ #_1\]$/, '').replace(/\]?$/, '')} #_1]`
      : text;
    expect(registerHistory(eventsOfEdn(whole), asEdn)).toMatchObject([
      { client: '0', input: { type: 'write', value: 1 }, output: { type: 'written' } },
    ]);
  });

  test('has all kinds of values', () => {
    expect(readEdn('nil true -1.5e2 12N "a\\"\\n" :k/w sym \\a #{1} #inst "x" [] ()')).toEqual([
      null,
      true,
      -150,
      12,
      'a"\n',
      { name: 'k/w' },
      'sym',
      '\\a',
      [1],
      'x',
      [],
      [],
    ]);
  });
});

test('a history of a map of texts is read by its keys', () => {
  const text = `{:process 0, :type :invoke, :f :get, :key "x", :value nil}
{:process 0, :type :ok, :f :get, :key "x", :value ""}
{:process 1, :type :invoke, :f :append, :key "x", :value "y z"}`;
  expect(keyValueHistory(eventsOfEdn(text))).toMatchObject([
    { client: '0', input: { type: 'get', key: 'x' }, output: { value: '' } },
    { client: '1', input: { type: 'append', key: 'x', value: 'y z' } },
  ]);
});

describe('an error names the line and what was expected', () => {
  const call = '{:process 0, :type :invoke, :f :read, :value nil}';
  test.each<[string, number, string, string]>([
    [
      'a return without a call',
      2,
      'its call before this line',
      `\n{:process 0, :type :ok, :f :read, :value 1}`,
    ],
    ['overlapping calls of one client', 3, 'call of line 1', `${call}\n\n${call}`],
    [
      'an unknown operation',
      2,
      'read, write or cas',
      `${call}\n{:process 1, :type :invoke, :f :enqueue, :value 1}`,
    ],
    ['an unknown type', 1, ':invoke, :ok, :fail or :info', '{:process 0, :type :maybe, :f :read}'],
    [
      'a return from something else',
      2,
      'return from :read',
      `${call}\n{:process 0, :type :ok, :f :write, :value 1}`,
    ],
    ['a cas of one value', 1, '[from to]', '{:process 0, :type :invoke, :f :cas, :value 1}'],
    [
      'a value that is a map',
      1,
      'one value',
      '{:process 0, :type :invoke, :f :write, :value {:a 1}}',
    ],
    ['a map without a process', 2, ':process, :type and :f', `${call}\n{:type :ok, :f :read}`],
    ['a map that does not end', 2, '} for the { of line 1', '{:process 0\n'],
    ['an odd map', 1, 'a value for each key', '{:process}'],
    ['a text that does not end', 1, 'a " at the end', '{:a "b'],
    ['a bracket too many', 1, 'a value', ')'],
    ['no maps at all', 1, 'expected maps', 'hello'],
    ['more levels than anybody means', 1, '64 levels', '['.repeat(100_000)],
  ])('for %s', (_what, line, expected, text) => {
    const read = () => registerHistory(eventsOfEdn(text), asEdn);
    expect(read).toThrow(expected);
    expect(read).toThrow(expect.objectContaining({ line }));
  });
});
