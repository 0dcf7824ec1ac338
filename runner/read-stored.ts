import { statSync } from 'node:fs';
import type { LogEntry } from '../log/entry.ts';
import { readFirehose } from '../log/read-firehose.ts';
import { say } from './say.ts';
import { UserError } from './user-error.ts';

/** Files smaller than this are read before a progress line could be. */
const PROGRESS_FROM_BYTES = 50 * 1024 * 1024;
const EXAMPLES = 3;

/**
 * Reads stored firehoses one after the other, piece by piece, with progress on
 * a terminal. Lines that are none are counted and the first few shown. Throws a
 * UserError if a file cannot be read, or if nothing in any of them is a
 * firehose line.
 */
export async function* readStored(files: readonly string[]): AsyncGenerator<readonly LogEntry[]> {
  let understood = 0;
  let others = 0;
  const examples: string[] = [];
  for (const file of files) {
    const progress = startProgress(file);
    for await (const { entries, notUnderstood, bytes } of readable(file)) {
      yield entries;
      understood += entries.length;
      others += notUnderstood.length;
      examples.push(...notUnderstood.slice(0, EXAMPLES - examples.length));
      progress(bytes);
    }
  }
  if (others === 0) return;
  const shown = examples.map((line) => `  ${JSON.stringify(line.slice(0, 160))}`).join('\n');
  if (understood === 0) {
    throw new UserError(
      `no line is a firehose line ({"ts":…,"node":…,"seq":…,"log":{…}}); the first of ${others}:\n${shown}`,
    );
  }
  say(`${others} lines are no firehose lines and were passed over, such as:\n${shown}`);
}

async function* readable(file: string): ReturnType<typeof readFirehose> {
  try {
    yield* readFirehose(file);
  } catch (error) {
    throw new UserError(`cannot read ${file}: ${(error as Error).message}`);
  }
}

function startProgress(file: string): (bytes: number) => void {
  const size = file === '-' ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  if (!process.stderr.isTTY || size < PROGRESS_FROM_BYTES) return () => {};
  let shown = 0;
  return (bytes) => {
    const percent = Math.floor((100 * bytes) / size);
    if (percent === shown) return;
    shown = percent;
    process.stderr.write(`\r${file}: ${percent} %${percent >= 100 ? '\n' : ''}`);
  };
}
