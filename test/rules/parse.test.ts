import { describe, expect, test } from 'vitest';
import { compileRules } from '../../rules/compile.ts';
import { RulesError } from '../../rules/rules-error.ts';

function errorOf(text: string): string {
  try {
    compileRules(text, 'my.rules');
  } catch (error) {
    if (error instanceof RulesError) return error.message;
    throw error;
  }
  return 'no error';
}

describe('a rules file with an error', () => {
  test.each([
    ['', '1:1: expected a rule: conditions -> actions, but there is the end of the file'],
    [
      '# nothing\n',
      '2:1: expected a rule: conditions -> actions, but there is the end of the file',
    ],
    ['/a/\n', '1:4: expected `->` and actions, but there is the end of the line'],
    [
      '/a/ -> jump\n',
      '1:8: expected an action (open, close, span, start, end, set, keep, join, event, trace, id, parent, http, ok, error, goto, done, emit, count, sum, min, max, first, last), but there is "jump"',
    ],
    ['/a/ -> close close close', '1:20: expected the end of the line, but there is "close"'],
    [
      '/a/ -> event "x\n',
      '1:16: expected `"` at the end of the text, but there is the end of the line',
    ],
    [
      '/a/ -> event "{1 + }"',
      '1:20: expected a value: a number, a "text", a name or a lens (log.…), but there is "}\\""',
    ],
    [
      '/a -> close',
      '1:12: expected a pattern and `/` at its end, but there is the end of the file',
    ],
    [
      '/(a/ -> close',
      '1:1: expected a pattern that can be run in linear time (Invalid regular expression: /(a/l: Unterminated group), but there is "/(a/ ->"',
    ],
    [
      String.raw`/(a)\1/ -> close`,
      String.raw`1:1: expected a pattern that can be run in linear time (Invalid regular expression: /(a)\1/l: Cannot be executed in linear time), but there is "/(a)\\1/ ->"`,
    ],
    ['log.a = 1 -> close', '1:7: expected one of == != < <= > >= ~ ?, but there is "= 1"'],
    ['log.a[ -> close', '1:6: expected one of == != < <= > >= ~ ?, but there is "[ ->"'],
    ['after 5 -> close', '1:7: expected a time such as 500ms, 30s, 5m or 1h, but there is "5 ->"'],
    [
      '/(?<a>.)/ -> keep a:number',
      '1:21: expected a type (string, int, float, time, duration, duration_s, duration_ms, duration_us, duration_ns), but there is "number"',
    ],
    ['key /x/\n/a/ -> close', '1:5: expected a (?<capture>) in the key, but there is "/x/"'],
    [
      '/a/ -> set b = c',
      '1:16: expected a capture of this rule, a counter, message, line, key, or a lens (log.…), but there is "c"',
    ],
    [
      '/a/ -> goto busy',
      '1:8: expected a state, of which this machine has none, but there is "busy"',
    ],
    [
      '/a/ -> open "a" as b, close c',
      '1:23: expected what an `open … as` calls a span, but there is "c"',
    ],
    [
      'machine a\n/a/ -> done\nmachine a\n/b/ -> done',
      '3:1: expected a name that no other machine has, but there is "machine a"',
    ],
    [
      'key user\n/a/ -> done',
      '1:5: expected a capture of a rule, message, line, or a lens (log.…), but there is "user"',
    ],
    [
      'service who\n/a/ -> done',
      '1:9: expected a capture of a rule, message, line, or a lens (log.…), but there is "who"',
    ],
    ['/a/ ->\n  close,\n  wait', '3:3: expected an action'],
  ])('%j says where, what was expected and what came', (text, message) => {
    expect(errorOf(text)).toContain(`my.rules:${message}`);
  });
});

describe('a rules file', () => {
  test.each([
    '/a/ -> close # a comment',
    '/a/ ->\n  close,\n  done',
    '/a/ and\n  log.level >= 40 -> close',
    String.raw`/[/]a\/b/i -> close`,
    'log."dd.trace_id"? -> trace log."dd.trace_id"',
    '/(?<a>.)/ -> set x.y = (a:int + 2) * 3 - seq / 4',
    'key none\n/a/ -> done',
    'key log.a, log.b | /(?<id>\\d+)/ | line ~ /\\[(?<id>\\d+)\\]/\n/a/ -> done',
    'scope all\nservice "x-{node}"\nonly node != driver and log.a? \n/a/ -> done\r\n/b/ -> done',
    'state a b\n/x/ -> goto b\nstate b\n/y/ -> goto a\nafter 1.5m in a -> done\nfinally -> emit t(state = key)',
    '/a/ -> event "a \\{brace} \\"quoted\\" {upper(node)} \\u00e9"',
    'log.a == true -> close if log.b == "x y" and log.c != z, ok if log.d?',
  ])('%j is the language', (text) => {
    expect(errorOf(text)).toBe('no error');
  });
});
