import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonValue } from '../../log/entry.ts';
import { lens } from '../../log/lens.ts';
import { check } from '../property.ts';

const value = JSON.parse(
  `{"log":{"request":{"headers":["accept","host","x"],"path":"/pets"},"dd.trace_id":"7","a b":{"":1},
    "face":"a😀b","zero":0,"no":null,"__proto__":{"x":1},"length":3,"é":1,"x-id":2,"@t":4}}`,
) as JsonValue;

describe('a lens', () => {
  test.each([
    ['log.request.path', '/pets'],
    ['log.request.headers', ['accept', 'host', 'x']],
    ['log.request.headers.[0]', 'accept'],
    ['log.request.headers[2]', 'x'],
    ['log.request.headers.[0..2]', ['accept', 'host']],
    ['log.request.headers.[1..99]', ['host', 'x']],
    ['log.request.headers.[1..1]', []],
    ['log.request.headers.[0..2].[1].[0..2]', 'ho'],
    ['log.request.headers.[0].[1..3]', 'cc'],
    ['log.face.[1]', '😀'],
    ['log.face.[1..3]', '😀b'],
    ['log."dd.trace_id"', '7'],
    ['log."a b".""', 1],
    [String.raw`"\u006cog".zero`, 0],
    ['log.no', null],
    ['log.é', 1],
    ['log.x-id', 2],
    ['log.@t', 4],
    ['log.__proto__.x', 1],
    ['log.length', 3],
  ])('%s finds what is there', (text, expected) => {
    expect(lens(text)(value)).toEqual(expected);
  });

  test.each([
    'log.nothing',
    'log.no.deeper',
    'log.request.headers.[3]',
    'log.request.headers.length',
    'log.request.headers.0',
    'log.request.path.length',
    'log.request.[0]',
    'log.zero.[0..1]',
    'log.face.[3]',
    'log.constructor',
    'log.request.__proto__',
    'log.toString',
    'nothing.[0]',
  ])('%s finds nothing', (text) => {
    expect(lens(text)(value)).toBeUndefined();
  });

  test.each([
    [
      '',
      'Expected a key (quoted if it has odd characters) at column 1 of the lens "", but there is the end',
    ],
    [
      'log.',
      'Expected a key (quoted if it has odd characters) at column 5 of the lens "log.", but there is the end',
    ],
    [
      'log..x',
      'Expected a key (quoted if it has odd characters) at column 5 of the lens "log..x", but there is ".x"',
    ],
    [
      '[0]',
      'Expected a key (quoted if it has odd characters) at column 1 of the lens "[0]", but there is "[0]"',
    ],
    [
      'log.[a]',
      'Expected an index such as [0], or a range such as [0..2] at column 5 of the lens "log.[a]", but there is "[a]"',
    ],
    [
      'log.[-1]',
      'Expected an index such as [0], or a range such as [0..2] at column 5 of the lens "log.[-1]", but there is "[-1]"',
    ],
    [
      'log.[2..1]',
      'Expected a range whose end is not before its start at column 5 of the lens "log.[2..1]", but there is "[2..1]"',
    ],
    ['log x', 'Expected a dot, `[` or the end at column 4 of the lens "log x", but there is " x"'],
    [
      String.raw`log."\x"`,
      String.raw`Expected a key quoted as in JSON at column 5 of the lens "log.\"\\x\"", but there is "\"\\x\""`,
    ],
  ])('%j is refused with its column', (text, message) => {
    expect(() => lens(text)).toThrow(new SyntaxError(message));
  });

  test('finds every place of every JSON value', () => {
    check(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (any) => {
        for (const { path, found } of placesIn({ root: any as JsonValue }, '')) {
          expect(lens(path)(JSON.parse(JSON.stringify({ root: any })))).toEqual(
            JSON.parse(JSON.stringify(found)),
          );
        }
      }),
    );
  });
});

function placesIn(value: JsonValue, path: string): { path: string; found: JsonValue }[] {
  const here = path === '' ? [] : [{ path, found: value }];
  if (Array.isArray(value))
    return [...here, ...value.flatMap((item, at) => placesIn(item, `${path}.[${at}]`))];
  if (!isJsonObject(value)) return here;
  const dot = path === '' ? '' : '.';
  return [
    ...here,
    ...Object.entries(value).flatMap(([key, item]) =>
      placesIn(item, `${path}${dot}${JSON.stringify(key)}`),
    ),
  ];
}
