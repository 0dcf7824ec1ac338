import { constants, openSync, write } from 'node:fs';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';

const STDOUT = 1;
/** How long to wait before a full terminal is asked again. */
const FULL_MS = 20;
const BUFFER_BYTES = 256 * 1024;

/**
 * A stream to the terminal on stdout that never blocks the program. Node's own
 * writes to a terminal synchronously: a terminal that is stopped (Ctrl+S) or
 * slow would stop the reading of all logs, and signals too. This one opens the
 * terminal anew, without blocking, and `write` gives false while it is full.
 *
 * Undefined where stdout is no terminal, or that cannot be had: use
 * `process.stdout` then.
 */
export function terminalStream(): Writable | undefined {
  const fd = isatty(STDOUT) ? openTerminal() : undefined;
  if (fd === undefined) return undefined;
  return new Writable({
    highWaterMark: BUFFER_BYTES,
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      writeAll(fd, chunk, done);
    },
  });
}

/** The terminal of stdout by its own name, else the one that controls the process. */
function openTerminal(): number | undefined {
  const path = process.platform === 'linux' ? '/proc/self/fd/1' : '/dev/tty';
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
}

function writeAll(fd: number, chunk: Buffer, done: (error?: Error) => void): void {
  write(fd, chunk, (error, written) => {
    if (error && error.code !== 'EAGAIN') return done(error);
    const rest = chunk.subarray(error ? 0 : written);
    if (rest.length === 0) done();
    else if (rest.length < chunk.length) writeAll(fd, rest, done);
    else setTimeout(writeAll, FULL_MS, fd, rest, done);
  });
}
