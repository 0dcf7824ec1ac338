import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bytesUntil } from '../../../bench/incident/bytes-until.ts';
import { temporaryFolder } from '../../onelog.ts';

test('the part of a log that was there at a time is whole lines, whatever their lengths', () => {
  const file = join(temporaryFolder(), 'firehose.ndjson');
  const lines = Array.from(
    { length: 40 },
    (_, index) =>
      `{"ts":${1000 + Math.floor(index / 2)}.5,"seq":${index},"log":"${'x'.repeat((index * 37) % 100)}"}\n`,
  );
  writeFileSync(file, lines.join(''));
  for (let second = 999; second <= 1021; second++) {
    const there = lines.filter((line) => JSON.parse(line).ts <= second);
    expect(bytesUntil(file, second)).toBe(there.join('').length);
  }
});
