import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { check } from '../../rules/check.ts';
import { compileRules } from '../../rules/compile.ts';
import { parse } from '../../rules/parse.ts';

const PRESETS = new URL('../../rules/presets/', import.meta.url);

const found = (text: string): string[] =>
  check(parse(text, 'x')).map(({ line, column, kind, message }) => {
    return `${line}:${column} ${kind} ${/"[^"]*"|line \d+|(?<=reads the capture |to the state )\w+/.exec(message)?.[0] ?? ''}`.trim();
  });

describe('a check of rules finds', () => {
  test.each([
    ['/a/ -> set b = c', ['1:16 unknown-name "c"']],
    ['/(?<a>x)/ -> done', ['1:5 unused-capture a']],
    ['/(?<a>x)/ and log.b ~ /(?<b>y)/ -> keep b', ['1:5 unused-capture a']],
    [
      'state a\n/x/ -> done\nstate b c\n/y/ -> goto a',
      ['3:7 unreachable-state b', '3:9 unreachable-state c'],
    ],
    [
      'state a\n/x/ -> goto b\nstate b\n/y/ -> goto b\nstate c\n/y/ -> goto c',
      ['5:7 unreachable-state c'],
    ],
    ['key id\n/a(?<id>.)/ -> open "a"\n/b/ -> close', ['3:1 no-key']],
    ['/abc/ -> ok\n/b/ -> ok', ['2:1 ambiguous line 1']],
    ['/abc/ -> ok\nlog.level > 40 -> ok', ['2:1 ambiguous line 1']],
    ['/(?:started|begun) it/ -> ok\n/begun/ -> ok', ['2:1 ambiguous line 1']],
    ['/.*/ -> ok\nlog.a? -> ok\n"b" -> ok', ['2:1 ambiguous line 1', '3:1 ambiguous line 1']],
    ['log.a < 5 -> ok\nlog.a <= 7 -> ok', ['2:1 ambiguous line 1']],
    ['log.a <= 5 -> ok\nlog.a >= 5 -> ok', ['2:1 ambiguous line 1']],
    ['/ABC/i -> ok\n/xabcx/ -> ok', ['2:1 ambiguous line 1']],
    ['/a/ -> ok\nstate s\n/a/ -> ok', ['3:1 ambiguous line 1']],
  ])('in %j what is wrong', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  test.each([
    '/abc/ -> ok\nelse /b/ -> ok',
    '/started/ -> ok\n/finished/ -> ok',
    '/^a b/ -> ok\n/^b/ -> ok',
    '/(?:started|begun) it/ -> ok\n/ended|finished/ -> ok',
    'log.a == 1 -> ok\nlog.a == 2 -> ok',
    'log.a == x and /a/ -> ok\nlog.a == y and /a/ -> ok',
    'log.a == x -> ok\nlog.a != x -> ok',
    'log.a < 5 -> ok\nlog.a >= 5 -> ok',
    'log.a == xyz -> ok\nlog.a ~ /b/ -> ok',
    'state a\n/x/ -> goto b\nstate b\n/x/ -> goto a',
    'state a\n/x/ -> ok\nafter 1s -> goto b\nstate b\n/x/ -> goto a',
    '/x/ -> goto b\nstate a\n/y/ -> ok\nstate b\n/z/ -> ok',
    'machine a\n/x/ -> ok\nmachine b\n/x/ -> ok',
    'key id\n/a(?<id>.)/ -> open "a"\n/b(?<id>.)/ -> close',
  ])('in %j nothing', (text) => {
    expect(found(text)).toEqual([]);
  });

  test.each(readdirSync(PRESETS))('nothing in the preset %s, which compiles', (name) => {
    const text = readFileSync(new URL(name, PRESETS), 'utf8');
    expect(found(text)).toEqual([]);
    expect(compileRules(text, name).machines.length).toBeGreaterThan(0);
  });
});
