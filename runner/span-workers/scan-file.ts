import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { ScannedBlock } from '../../spans/fast/block-scanner.ts';
import { say } from '../say.ts';
import { UserError } from '../user-error.ts';
import { scanHere } from './scan-here.ts';

/** What the worker says. */
export type ScanMessage =
  | { readonly block: ScannedBlock }
  | { readonly notice: string }
  | { readonly refused: string }
  | { readonly done: true };

/** Less is scanned before a worker has started. */
const WORKER_FROM_BYTES = 8 * 1024 * 1024;
/** Blocks that the worker may be ahead. */
const AHEAD = 8;

/**
 * Reads a stored firehose and scans it, block by block: in a thread of its own
 * where that pays, so that reading and scanning go on beside what is made of the
 * blocks. Memory does not grow with the file. Throws a UserError for a file that
 * cannot be read.
 */
export function scanFile(file: string): AsyncGenerator<ScannedBlock> {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const pays = bytes >= WORKER_FROM_BYTES && availableParallelism() > 1;
  return pays ? scanBeside(file) : scanHere(file, say);
}

async function* scanBeside(file: string): AsyncGenerator<ScannedBlock> {
  const worker = new Worker(new URL('scan-worker.ts', import.meta.url), {
    workerData: { file, ahead: AHEAD },
  });
  const messages: ScanMessage[] = [];
  worker.on('message', (message: ScanMessage) => messages.push(message));
  try {
    for (;;) {
      const message = messages.shift();
      if (message === undefined) await once(worker, 'message');
      else if ('block' in message) {
        yield message.block;
        worker.postMessage('next', []);
      } else if ('notice' in message) say(message.notice);
      else if ('refused' in message) throw new UserError(message.refused);
      else return;
    }
  } finally {
    await worker.terminate();
  }
}
