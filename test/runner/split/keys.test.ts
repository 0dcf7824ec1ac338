import { describe, expect, test } from 'vitest';
import { pressKeys, type SplitChoice } from '../../../runner/split/keys.ts';

const START: SplitChoice = { search: '', isPaused: false };

describe('keys', () => {
  test.each<[string, Partial<SplitChoice>, string[]]>([
    [' ', { isPaused: true }, []],
    ['  ', { isPaused: false }, []],
    ['/a b', { typing: 'a b' }, []],
    ['/ab\u007fc\r', { search: 'ac' }, []],
    ['/a\r/b\u001b', { search: 'a' }, []],
    ['/a\r\u001b', { search: '' }, []],
    ['/q\r', { search: 'q' }, []],
    ['q', {}, ['stop']],
    ['\u0003', {}, ['interrupt']],
    ['/q\u0003', { typing: 'q' }, ['interrupt']],
    ['\u001b[A\u001bOP', {}, []],
    ['/x\u001b[A', { typing: 'x' }, []],
  ])('%j', (input, choice, requests) => {
    expect(pressKeys(START, input)).toEqual({ choice: { ...START, ...choice }, requests });
  });
});
