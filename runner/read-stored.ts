import { statSync } from 'node:fs';
import { listSegments } from '../log/log-segments.ts';
import type { LogEntry } from '../log/entry.ts';
import { readFirehose } from '../log/read-firehose.ts';
import { say } from './say.ts';
import { storedBytes } from './stored-bytes.ts';
import { UserError } from './user-error.ts';

/** Files smaller than this are read before a progress line could be. */
const PROGRESS_FROM_BYTES = 50 * 1024 * 1024;
const EXAMPLES = 3;

/**
 * Reads stored firehoses one after the other, each with its older segments,
 * piece by piece, with progress on a terminal. Lines that are none are counted and the first few shown. Throws a
 * UserError if a file cannot be read, or if nothing in any of them is a
 * firehose line.
 *
 * @param sinceSeconds Unix time: lines before it are left out
 */
export async function* readStored(
  files: readonly string[],
  sinceSeconds = 0,
): AsyncGenerator<readonly LogEntry[]> {
  let understood = 0;
  let others = 0;
  const examples: string[] = [];
  for (const file of files) {
    const progress = startProgress(file);
    for await (const { entries, notUnderstood, bytes } of readable(file, sinceSeconds)) {
      yield entries.filter(({ ts }) => ts >= sinceSeconds);
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

const readable = (file: string, sinceSeconds: number): ReturnType<typeof readFirehose> =>
  readFirehose(
    storedBytes(
      file,
      (reason) => say(`${file} is cut off or damaged (${reason}); read up to there`),
      sinceSeconds * 1e3,
    ),
  );

function startProgress(file: string): (bytes: number) => void {
  const size = file === '-' ? 0 : storedSize(file);
  if (!process.stderr.isTTY || size < PROGRESS_FROM_BYTES) return () => {};
  let shown = 0;
  return (bytes) => {
    const percent = Math.floor((100 * bytes) / size);
    if (percent === shown) return;
    shown = percent;
    process.stderr.write(`\r${file}: ${percent} %${percent >= 100 ? '\n' : ''}`);
  };
}

/** In bytes; 0 where it cannot be known because something is compressed. */
function storedSize(file: string): number {
  const segments = listSegments(file);
  if ([...segments.map((segment) => segment.file), file].some((name) => /\.(?:gz|zst)$/.test(name)))
    return 0;
  const own = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return segments.reduce((sum, { bytes }) => sum + bytes, own);
}
