import pino from 'pino';

/** What is held back before it is written, in characters, whatever the turn. */
const MAX_HELD = 64 * 1024;

// Writes whole texts, again and again where the pipe is full.
const sink = pino.destination({ fd: 1, sync: true });
sink.on('error', () => {
  stdout.write = () => {}; // nobody reads any more: there is nobody to tell
});

let held = '';
let turn: NodeJS.Immediate | undefined;

/**
 * The one way to a process's stdout: log lines and span boundary lines go
 * through it, whole and in the order they were said.
 *
 * The first line of a turn of the event loop is written at once, the others
 * together at the turn's end or at the process's exit. So a span that never
 * ends, or that keeps the loop busy, is still known by its start, and under
 * load a write carries the lines of many requests: it costs more than all else
 * about a line. What a SIGKILL can lose is the rest of one turn.
 */
export const stdout = {
  write(line: string): void {
    if (turn === undefined) {
      turn = setImmediate(endTurn);
      sink.write(line);
      return;
    }
    held += line;
    if (held.length > MAX_HELD) flush();
  },
};

process.on('exit', flush);

function endTurn(): void {
  turn = undefined;
  flush();
}

function flush(): void {
  if (held === '') return;
  const text = held;
  held = '';
  sink.write(text);
}
