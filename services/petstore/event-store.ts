/**
 * The file that keeps what happened: one event a line.
 *
 * `{"time":"2026-11-23T08:00:00.123Z","event":{"type":"PetAdded","pet":{"name":"Rex","species":"Dog","price":4200}}}`
 *
 * An event is written before it is answered, by one synchronous write, so what
 * was answered survives the death of this process. The disk is told to keep it
 * (fsync) at most SYNC_MS later and at the stop: what survives a loss of power
 * is all but the last SYNC_MS. The alternative, an fsync before each answer,
 * costs every answer the disk's latency and buys a pet store little.
 */
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../logger.ts';
import { Event } from './events.ts';

/** Longest time an event may be on its way to the disk, in ms. */
const SYNC_MS = 100;
const CHUNK_BYTES = 1 << 20;

const Line = z.object({ time: z.iso.datetime(), event: Event });

export class EventStore {
  readonly #fd: number;
  #bytes: number;
  #sync: NodeJS.Timeout | undefined;
  readonly #log: Logger;

  /**
   * Opens `file`, making it and its folder where there is none, and hands over
   * its events in their order. `replay` throws on one that cannot be. A last
   * line without its end, as a crash leaves it, was never answered: it is cut
   * off with a warning. Any other line that is no event is an error that names
   * file and line.
   */
  constructor(file: string, replay: (event: Event) => void, log: Logger) {
    mkdirSync(dirname(file), { recursive: true });
    this.#fd = openSync(file, 'a+', 0o600);
    this.#log = log;
    let line = 0;
    const { whole, torn } = eachLine(this.#fd, (text) => {
      line++;
      try {
        replay(Line.parse(JSON.parse(text)).event);
      } catch (error) {
        closeSync(this.#fd);
        throw new Error(
          `${file}:${line} is no event that can follow the lines before it (${shortly(error)}); put the file right or give another --store`,
          { cause: error },
        );
      }
    });
    if (torn > 0) {
      ftruncateSync(this.#fd, whole);
      log.warn('torn line cut off', { file, line: line + 1, bytes: torn });
    }
    this.#bytes = whole;
    log.info('store opened', { file, events: line });
  }

  /** Writes `event`; when this returns, the death of the process does not undo it. Throws without any effect. */
  append(event: Event): void {
    const line = Buffer.from(`${JSON.stringify({ time: new Date().toISOString(), event })}\n`);
    try {
      for (let at = 0; at < line.length;) at += writeSync(this.#fd, line, at);
    } catch (error) {
      ftruncateSync(this.#fd, this.#bytes); // half a line must not meet the next one
      throw error;
    }
    this.#bytes += line.length;
    this.#sync ??= setTimeout(() => {
      this.#sync = undefined;
      fdatasync(this.#fd, (error) => {
        if (error !== null) this.#log.error('store not synced', {}, error);
      });
    }, SYNC_MS).unref();
  }

  /** Brings everything to the disk and lets go of the file. */
  close(): void {
    clearTimeout(this.#sync);
    fdatasyncSync(this.#fd);
    closeSync(this.#fd);
  }
}

/** Calls `handle` with each whole line; gives the bytes of those, and of what follows the last newline. */
function eachLine(fd: number, handle: (line: string) => void): { whole: number; torn: number } {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let held = Buffer.alloc(0);
  let read = 0;
  for (let count = 0; (count = readSync(fd, chunk, 0, CHUNK_BYTES, read)) > 0; read += count) {
    let start = 0;
    const bytes = Buffer.concat([held, chunk.subarray(0, count)]);
    for (let end = 0; (end = bytes.indexOf(10, start)) >= 0; start = end + 1) {
      handle(bytes.toString('utf8', start, end));
    }
    held = bytes.subarray(start);
  }
  return { whole: read - held.length, torn: held.length };
}

const shortly = (error: unknown): string =>
  error instanceof z.ZodError
    ? error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join('; ')
    : (error as Error).message;
