import { describe, expect, test } from 'vitest';
import { filter } from '../../log/filter.ts';
import { sampleEntry } from './sample-entry.ts';

const entry = sampleEntry({
  level: 50,
  msg: 'Checkout failed: (InvalidPayment)',
  error: { reason: 'InvalidPayment', tries: 3 },
  status: '402',
  ok: false,
  none: null,
  tags: ['a', 'b'],
  start_time_unix_nano: '1795363200123456789',
});

describe('a filter', () => {
  test.each([
    'checkout FAILED',
    '  failed: (Inv ',
    'petstore@lab',
    '/failed.*Payment/',
    '/FAILED: \\(invalid/i',
    '/^\\{"ts":/',
    'log.error.reason == InvalidPayment',
    'log.error.reason=="InvalidPayment"',
    'log.error.reason != Other',
    'log.error.reason ~ ^Invalid',
    'log.error.reason ~ /payment$/i',
    'log.error ~ "tries":3',
    'log.level >= 40',
    'log.level > 49.5',
    'log.level == 50',
    'log.level == 5e1',
    'log.level < 51',
    'log.level <= 50',
    'log.status == 402',
    'log.status > 400',
    'log.status == "402"',
    'log.ok == false',
    'log.none == null',
    'log.none?',
    'log.error?',
    'log.tags.[0] == a',
    'log.tags == ["a","b"]',
    'log.msg > Checkout',
    'log.missing != 5',
    'node == "petstore"',
    'node == petstore',
    'stream ~ std',
    'ts > 1795363200',
    'seq == 0',
    'log.start_time_unix_nano > 1795363200000000000',
    'log."error".reason.[0..3] == Inv',
  ])('%s takes the line', (text) => {
    expect(filter(text)(entry)).toBe(true);
  });

  test.each([
    'nowhere',
    '/^Checkout/',
    '/FAILED/',
    'log.error.reason == invalidpayment',
    'log.error.reason != InvalidPayment',
    'log.error.reason > 5',
    'log.error.reason == 5',
    'log.missing == 5',
    'log.missing < 5',
    'log.missing ~ .',
    'log.missing?',
    'log.level < 50',
    'log.level == "50"',
    'log.level ~ ^5$',
    'log.ok == "false"',
    'log.constructor?',
    'node == payment',
  ])('%s does not', (text) => {
    expect(filter(text)(entry)).toBe(false);
  });

  test.each([
    ['  ', 'Expected something to look for, but got nothing'],
    [
      'level >= 40',
      'Expected one of log, node, instance, stream, seq, ts, part, rawBase64 before the operator, but got "level >= 40"; to look for this text write it as /…/',
    ],
    ['why?', 'Expected one of log, node'],
    ['log.level >=', 'Expected a value after >= in "log.level >="'],
    ['log.x == "a', 'Expected a value quoted as in JSON, but got "a'],
    ['/a/g', 'Expected flags of i, m and s, but got /a/g'],
    ['/(a/', 'Invalid regular expression'],
    ['log.msg ~ (', 'Invalid regular expression'],
  ])('%j is refused', (text, message) => {
    expect(() => filter(text)).toThrow(message);
    expect(() => filter(text)).toThrow(SyntaxError);
  });

  test.each([
    '/pets/42',
    'GET /pets?',
    'x=y',
    'a "quoted" text',
    '50% of',
    '[error]',
    'status=500 in 3 ms',
  ])('%j is looked for as it is', (text) => {
    expect(filter(text)(sampleEntry({ msg: 'x' }, { text: `… ${text} …` }))).toBe(true);
    expect(filter(text)(entry)).toBe(false);
  });
});
