import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** More than any line of a lab is long. */
const WINDOW_BYTES = 2 ** 20;

/**
 * How many bytes of a firehose were there at a time (Unix seconds): whole lines,
 * found by bisection, since its lines are in the order of their time.
 */
export function bytesUntil(file: string, seconds: number): number {
  const fd = openSync(file, 'r');
  try {
    const window = Buffer.alloc(WINDOW_BYTES);
    /** The first line that begins at or after an offset: where, and whether it was there already. */
    const lineFrom = (offset: number): { start: number; isThere: boolean } | undefined => {
      // A line begins behind a line feed, or with the file.
      const length = readSync(fd, window, 0, WINDOW_BYTES, Math.max(0, offset - 1));
      const text = window.toString('latin1', 0, length);
      const skipped = offset === 0 ? 0 : text.indexOf('\n') + 1;
      const ts = /^\{"ts":([\d.]+)/.exec(text.slice(skipped, skipped + 64))?.[1];
      if ((offset > 0 && skipped === 0) || ts === undefined) return undefined;
      return { start: Math.max(0, offset - 1) + skipped, isThere: Number(ts) <= seconds };
    };
    let low = 0;
    let high = fstatSync(fd).size;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const line = lineFrom(middle);
      if (line?.isThere === true) low = line.start + 1;
      else high = middle;
    }
    return lineFrom(low)?.start ?? fstatSync(fd).size;
  } finally {
    closeSync(fd);
  }
}
