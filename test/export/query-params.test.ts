import { describe, expect, test } from 'vitest';
import {
  BadParameter,
  parseTraceId,
  parseTraceQuery,
  parseWindow,
} from '../../export/query-params.ts';

const NOW = 1_795_363_200_000;
const parse = (query: string) => parseTraceQuery(new URLSearchParams(query), NOW);

describe('the parameters of a search', () => {
  test('default to the last two days and a hundred traces', () => {
    expect(parse('service=shop')).toEqual({
      service: 'shop',
      tags: new Map(),
      startMicros: (NOW - 2 * 24 * 3600 * 1000) * 1000,
      endMicros: NOW * 1000,
      limit: 100,
    });
  });

  test.each([
    ['1.5s', 1_500_000_000n],
    ['200ms', 200_000_000n],
    ['3us', 3_000n],
    ['3µs', 3_000n],
    ['0.1ns', undefined],
    ['1h2m3.000000004s', 3_723_000_000_004n],
    ['.5s', 500_000_000n],
    ['0', undefined],
    ['-1ms', -1_000_000n],
  ])('read the duration %s exactly', (text, nanos) => {
    const { minNanos } = parse(`service=shop&minDuration=${encodeURIComponent(text)}`);
    expect(minNanos).toBe(nanos);
  });

  test('take tags in both forms', () => {
    const tags = encodeURIComponent('{"error":"true","user":"ann"}');
    expect([...parse(`service=shop&tag=path:/a:b&tags=${tags}`).tags]).toEqual([
      ['path', '/a:b'],
      ['error', 'true'],
      ['user', 'ann'],
    ]);
  });

  test.each([
    ['', "parameter 'service' is required"],
    ['service=', "parameter 'service' is required"],
    ['service=a&limit=x', `unable to parse param 'limit': expected an integer, got "x"`],
    ['service=a&limit=0', "'limit' should be from 1 to 10000, got 0"],
    ['service=a&start=1.5', `unable to parse param 'start': expected an integer, got "1.5"`],
    [
      'service=a&minDuration=5',
      `unable to parse param 'minDuration': expected a duration such as 1.5s, 200ms or 3us, got "5"`,
    ],
    [
      'service=a&minDuration=5ms&maxDuration=1ms',
      "'maxDuration' should be greater than 'minDuration'",
    ],
    ['service=a&tag=b', "malformed 'tag' parameter, expecting key:value, received: b"],
    [
      'service=a&tags={',
      "malformed 'tags' parameter, expecting a JSON object of strings, received: {",
    ],
    [
      'service=a&tags={"b":1}',
      `malformed 'tags' parameter, expecting a JSON object of strings, received: {"b":1}`,
    ],
  ])('refuse %j, saying what was expected', (query, message) => {
    expect(() => parse(query)).toThrow(new BadParameter(message));
  });
});

test('short trace ids are filled with zeros, and others refused', () => {
  expect(parseTraceId('5B8')).toBe('5b8'.padStart(32, '0'));
  for (const bad of ['', 'xyz', '0'.repeat(33), '../etc']) {
    expect(() => parseTraceId(bad)).toThrow(BadParameter);
  }
});

test('a window ends at endTs and is a day long unless said otherwise', () => {
  expect(parseWindow(new URLSearchParams('endTs=5000&lookback=2000'), NOW)).toEqual({
    startMicros: 3_000_000,
    endMicros: 5_000_000,
  });
  expect(parseWindow(new URLSearchParams(), NOW).startMicros).toBe((NOW - 86_400_000) * 1000);
  expect(() => parseWindow(new URLSearchParams('lookback=-5'), NOW)).toThrow(BadParameter);
});
