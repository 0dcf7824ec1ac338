import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onelog, temporaryFolder } from '../onelog.ts';

const span = (id: string, name: string): string =>
  `${JSON.stringify({ traceId: 'a'.repeat(32), spanId: id.repeat(16), name, startTimeUnixNano: '1000', endTimeUnixNano: '2000' })}\n`;

test('onelog compare exits with 0 where spans are equal, 1 where not, and 2 where there are none', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'true.ndjson'), span('1', 'one') + span('2', 'two'));
  writeFileSync(join(cwd, 'less.ndjson'), span('1', 'one\u001b[31m'));
  writeFileSync(join(cwd, 'none.txt'), '\n');
  const compare = (...args: string[]) => onelog(cwd, ['compare', 'true.ndjson', ...args]);
  const [equal, different, json, empty, absent] = await Promise.all([
    compare('true.ndjson'),
    compare('less.ndjson'),
    compare('less.ndjson', '--format', 'json'),
    compare('none.txt'),
    compare('absent.ndjson'),
  ]);
  expect([equal, different, json, empty, absent].map(({ exitCode }) => exitCode)).toEqual([
    0, 1, 1, 2, 2,
  ]);
  expect(equal.stdout).toContain('2 of 2 found, recall 100.00 %');
  expect(different.stdout).toContain('1 lost\n  missing-service-name two');
  expect(different.stdout).not.toContain('\u001b');
  expect(JSON.parse(json.stdout)).toMatchObject({ equal: false, spans: { recall: 0.5 } });
  expect(empty.stderr).toContain('none.txt: expected spans, but there are none');
  expect(absent.stderr).toContain('absent.ndjson: cannot be read');
});
