import { expect, test } from 'vitest';
import type { JsonObject } from '../../log/entry.ts';
import { levelNumber, levelOf } from '../../log/level.ts';
import { sampleEntry } from './sample-entry.ts';

const cases: [JsonObject, number | undefined][] = [
  [{ level: 30 }, 30],
  [{ level: 'error' }, 50],
  [{ level: 'WARN' }, 40],
  [{ level: ' Warning ' }, 40],
  [{ level: '20' }, 20],
  [{ severity: 'CRITICAL' }, 60],
  [{ severity_text: 'INFO' }, 30],
  [{ levelname: 'DEBUG' }, 20],
  [{ lvl: 'trace' }, 10],
  [{ level: 'seven', severity: 'error' }, 50],
  [{ level: 'constructor' }, undefined],
  [{ level: null, lvl: {} }, undefined],
  [{ message: 'error' }, undefined],
];

test.each(cases)('the level of %j is %s', (log, level) => {
  expect(levelOf(sampleEntry(log))).toBe(level);
});

test('a level that a user names is read the same way', () => {
  expect(['warn', '45', 'fatal', 'loud'].map(levelNumber)).toEqual([40, 45, 60, undefined]);
});
