import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseTruth, type TruthRecord } from '../../runner/faults/truth.ts';

const times = z.object({
  /** Unix seconds: from the end of the warm-up on, faults happened. */
  faultsFrom: z.number(),
  /** And then nothing did. */
  quietFrom: z.number(),
  quietTo: z.number(),
});

/** What a run leaves behind: all that is needed to score it, then or later. */
export interface Recording extends z.infer<typeof times> {
  /** The firehose. */
  readonly log: string;
  readonly truth: readonly TruthRecord[];
}

/** Puts a run's files into a folder. Gives the recording as it is there. */
export function keepRecording(
  folder: string,
  { log, truth, faultsFrom, quietFrom, quietTo }: Recording,
): Recording {
  mkdirSync(folder, { recursive: true });
  copyFileSync(log, join(folder, 'firehose.ndjson'));
  const lines = truth.map((record) => `${JSON.stringify(record)}\n`);
  writeFileSync(join(folder, 'truth.ndjson'), lines.join(''));
  const kept = { faultsFrom, quietFrom, quietTo };
  writeFileSync(join(folder, 'times.json'), `${JSON.stringify(kept)}\n`);
  return readRecording(folder);
}

export function readRecording(folder: string): Recording {
  return {
    ...times.parse(JSON.parse(readFileSync(join(folder, 'times.json'), 'utf8'))),
    log: join(folder, 'firehose.ndjson'),
    truth: parseTruth(readFileSync(join(folder, 'truth.ndjson'), 'utf8')),
  };
}
