import { describe, expect, test } from 'vitest';
import { FUNCTION, typed } from '../../rules/value.ts';

describe('a value', () => {
  test.each([
    ['7', 'int', 7],
    ['7.9', 'int', 7],
    [' 1.5e3 ', 'float', 1500],
    ['x', 'float', undefined],
    [null, 'string', undefined],
    [{ a: 1 }, 'string', '{"a":1}'],
    ['250', 'duration_ms', 0.25],
    [3, 'duration_us', 0.000003],
    ['5', 'duration_ns', 5e-9],
    ['1.5', 'duration', 1.5],
    ['2m3.5s', 'duration', 123.5],
    ['12 ms', 'duration', 0.012],
    ['1h1m', 'duration', 3660],
    ['7µs', 'duration', 0.000007],
    ['7 apples', 'duration', undefined],
    ['2026-11-23 09:00:00.5', 'time', 1795424400.5],
    ['23/Nov/2026:10:00:00 +0100', 'time', 1795424400],
    [1795424400500, 'time', 1795424400.5],
    ['09:00:00', 'time', 1795424400],
  ] as const)('%j as %s is %j', (value, type, expected) => {
    expect(typed(value, type, 1795424400)).toEqual(expected);
  });

  test.each([
    ['/pets', '/pets'],
    ['/users/42/basket?x=1', '/users/:id/basket'],
    ['/u/4bf92f35-77b3-4da6-a3ce-929d0e0e4736#top', '/u/:id'],
    ['/v1/abcdef01', '/v1/:id'],
    ['/v1/deadbeef', '/v1/deadbeef'],
    ['/s/A1b2C3d4E5f6G7h8', '/s/:id'],
    ['/api/understanding-things', '/api/understanding-things'],
  ])('the route of %s is %s', (path, expected) => {
    expect(FUNCTION.route(path)).toBe(expected);
  });
});
