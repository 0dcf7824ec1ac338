/** Takes memory until it has `bytes`, and uses all of it over and over. Started by ../worker.ts. */
import { readFileSync } from 'node:fs';
import process from 'node:process';

interface Order {
  readonly forMs: number;
  readonly bytes: number;
  /** It has all of it after so long. */
  readonly growMs: number;
  /** How much of its time it uses what it has. */
  readonly share: number;
  /** Of what is available this is left to others: it takes no more then. */
  readonly reserveBytes: number;
}

const PIECE_BYTES = 8 * 2 ** 20;
const PAGE_BYTES = 4096;
const SLICE_MS = 20;

process.once('disconnect', () => process.exit());
process.once('message', (message) => {
  const { forMs, bytes, growMs, share, reserveBytes } = message as Order;
  setTimeout(() => process.exit(), forMs);
  const began = performance.now();
  const pieces: Buffer[] = [];
  let page = 0;
  const use = (): void => {
    const now = performance.now();
    const due = Math.min(1, (now - began) / growMs) * bytes;
    while (pieces.length * PIECE_BYTES < due && available() > reserveBytes) {
      // Filled, so that the pages are really there; the last piece is what is left.
      const left = bytes - pieces.length * PIECE_BYTES;
      pieces.push(Buffer.alloc(Math.min(PIECE_BYTES, left), 1));
      if (performance.now() > now + SLICE_MS) break;
    }
    const until = now + SLICE_MS * share;
    while (pieces.length > 0 && performance.now() < until) {
      const piece = pieces[page++ % pieces.length];
      for (let at = 0; at < (piece?.length ?? 0); at += PAGE_BYTES)
        piece?.fill(page & 0xff, at, at + 8);
    }
    if (share === 1) setImmediate(use);
    else setTimeout(use, SLICE_MS * (1 - share));
  };
  use();
});

/** Where that cannot be known, the bound that it was given counts alone. */
function available(): number {
  try {
    const kilobytes = /^MemAvailable:\s*(\d+) kB$/m.exec(
      readFileSync('/proc/meminfo', 'utf8'),
    )?.[1];
    return Number(kilobytes ?? Infinity) * 1024;
  } catch {
    return Infinity;
  }
}
