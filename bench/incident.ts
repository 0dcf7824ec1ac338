/**
 * `npm run bench:incident`: how often `onelog incident` names what was really
 * done. Faults with decoys, and then a quiet time, on a lab of its own; what is
 * right is in incident/right.ts and depends on the truth alone, which the
 * analysis never sees.
 *
 *   --faults 30        how many, the kinds in turn
 *   --seed S           what nodes, sizes, times and decoys depend on
 *   --decoys 3         around each fault
 *   --quiet 10m        without a fault; as long as the faults took unless given
 *   --lab-traffic 20   requests a second
 *   --gap 20s          between two faults
 *   --keep DIR         keeps log and truth there
 *   --replay DIR       scores what was kept, without running anything
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseSeconds } from '../runner/units.ts';
import { keepRecording, readRecording } from './incident/recording.ts';
import { record } from './incident/record.ts';
import { score } from './incident/score.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    faults: { ...text, default: '30' },
    seed: { ...text, default: `${randomInt(2 ** 31)}` },
    decoys: { ...text, default: '3' },
    quiet: text,
    'lab-traffic': { ...text, default: '20' },
    gap: { ...text, default: '20s' },
    keep: text,
    replay: text,
  },
});

if (values.replay === undefined) {
  const seed = number('seed', values.seed);
  process.stdout.write(`seed ${seed}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'one-log-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const recording = await record(folder, {
    faults: number('faults', values.faults),
    seed,
    decoys: number('decoys', values.decoys),
    traffic: number('lab-traffic', values['lab-traffic']),
    gapSeconds: seconds('gap', values.gap),
    quietSeconds: values.quiet === undefined ? undefined : seconds('quiet', values.quiet),
  });
  await score(values.keep === undefined ? recording : keepRecording(values.keep, recording));
} else {
  await score(readRecording(values.replay));
}

function number(name: string, value: string): number {
  if (Number.isFinite(Number(value)) && Number(value) >= 0) return Number(value);
  throw new Error(`--${name}: expected a number from 0, not ${value}`);
}

function seconds(name: string, value: string): number {
  const parsed = parseSeconds(value);
  if (parsed === undefined) throw new Error(`--${name}: expected a time such as 10m, not ${value}`);
  return parsed;
}
