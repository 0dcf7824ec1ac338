import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { parseFirehoseLine } from '../../log/wire.ts';
import type { JsonObject } from '../../log/entry.ts';
import { UserError } from '../user-error.ts';
import type { Effect } from './fault-kind.ts';
import type { Target } from './target.ts';
import { Worker } from './worker.ts';

/** A node answers a command at once; a busy machine takes a while. */
const ANSWER_MS = 3_000;
const LOOK_MS = 30;
const MAX_READ_BYTES = 4 * 2 ** 20;

/**
 * Has the node do something by a command on its stdin, until another takes it
 * back: also where this process is killed. Rejects with a UserError where the
 * node does not say in its log that it has accepted the first.
 */
export async function tellNode(
  target: Target,
  forMs: number,
  first: JsonObject & { readonly command: string },
  last: JsonObject,
): Promise<Pick<Effect, 'ended' | 'undo'>> {
  const { node, log, folder } = target;
  const before = statSync(log).size;
  const worker = await Worker.start(new URL('workers/tell.ts', import.meta.url), {
    forMs,
    // The lab's own path may be relative to this folder, which the worker shares.
    socketPath: folder.controlSocket,
    path: `/nodes/${encodeURIComponent(node)}/stdin`,
    first: JSON.stringify(first),
    last: JSON.stringify(last),
  });
  const trouble = (await worker.answer()) || (await refusalOf(target, first.command, log, before));
  if (trouble !== undefined) {
    await worker.stop();
    throw new UserError(`${node} does not take the command ${first.command}: ${trouble}`);
  }
  return {
    ended: worker.ended,
    async undo() {
      await worker.stop();
      return { undone: true, how: `${node} was told to be as before` };
    },
  };
}

/** Undefined once the node's log says that it has accepted the command, else why not. */
async function refusalOf(
  { instance }: Target,
  command: string,
  log: string,
  from: number,
): Promise<string | undefined> {
  const deadline = performance.now() + ANSWER_MS;
  while (performance.now() < deadline) {
    for (const line of textFrom(log, from).split('\n')) {
      const entry = line.includes('command ') ? parseFirehoseLine(line) : undefined;
      if (entry?.instance !== instance) continue;
      const { msg, command: named, expected } = entry.log;
      if (msg === 'command accepted' && named === command) return undefined;
      if (msg === 'command refused') return `it expects ${String(expected)}`;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return `its log has not said that within ${ANSWER_MS / 1e3} s`;
}

function textFrom(file: string, from: number): string {
  const fd = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(MAX_READ_BYTES);
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, from));
  } finally {
    closeSync(fd);
  }
}
