import { expect, test } from 'vitest';
import { moment } from '../../../runner/traces/moment.ts';

/** 2026-11-23T09:30:00Z */
const END = 1_795_426_200;

test.each([
  ['2026-11-23T09:00:00Z', END - 1_800],
  ['2026-11-23T10:00+01:00', END - 1_800],
  ['2026-11-23 09:00', END - 1_800],
  ['2026-11-23', END - 34_200],
  ['09:00', END - 1_800],
  ['09:00:30.5', END - 1_769.5],
  ['23:59', END - 34_260],
  ['1795426100', END - 100],
  ['10m', END - 600],
  ['1.5h', END - 5_400],
])('%s is a moment', (text, expected) => {
  expect(moment(text, END)).toBe(expected);
});

test.each(['', 'soon', '25:99', '10 parsecs', '-5m'])(
  '%j is none, and the error shows what is',
  (text) => {
    expect(() => moment(text, END)).toThrow(/expected a time such as .*09:00/);
  },
);
