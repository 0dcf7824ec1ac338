import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { FaultKind } from '../faults/fault-kind.ts';
import { FAULT_KINDS } from '../faults/kinds.ts';
import { runFault } from '../faults/run-fault.ts';
import { Target } from '../faults/target.ts';
import { appendTruth } from '../faults/truth.ts';
import { LabFolder } from '../lab-folder.ts';
import { didYouMean } from '../nearest.ts';
import { say } from '../say.ts';
import { StopRequest } from '../stop-request.ts';
import { UserError } from '../user-error.ts';

export interface FaultOptions {
  readonly list?: boolean;
  readonly node?: string;
  /** Milliseconds. */
  readonly for: number;
  readonly size?: string;
  readonly seed?: number;
  readonly decoys: number;
  readonly truth?: string;
  readonly format: 'text' | 'json';
}

/**
 * Does something bad to a node of the lab that runs in this folder, undoes it,
 * and writes down what it did. Exits with 1 where it could not be undone.
 */
export async function fault(name: string | undefined, options: FaultOptions): Promise<void> {
  if (options.list === true) {
    process.stdout.write(`${FAULT_KINDS.map(described).join('\n')}\n`);
    return;
  }
  // Who looks at the processes of this machine is not to read in this one's name what it does.
  process.title = 'node';
  const kind = kindNamed(name);
  const folder = new LabFolder(process.cwd());
  const target = new Target(folder, options.node ?? nodeMissing(folder));
  const size = sizeOf(kind, options.size);
  const seed = options.seed ?? randomInt(2 ** 31);
  const truth = options.truth ?? join(folder.path, 'faults.ndjson');

  const stopped = new AbortController();
  const stop = new StopRequest(() => {});
  void stop.asked.then((reason) => {
    if (!stopped.signal.aborted) say(`stopping (${reason}) …`);
    stopped.abort();
  });
  try {
    const plan = { forMs: options.for, ...size, decoys: options.decoys, seed };
    const record = await runFault(kind, target, plan, stopped.signal, say);
    appendTruth(truth, record);
    say(`truth   ${truth}`);
    if (options.format === 'json') process.stdout.write(`${JSON.stringify(record)}\n`);
    if (!record.undone) process.exitCode = 1;
  } finally {
    stop.dispose();
  }
}

const described = ({ name, summary, size }: FaultKind): string =>
  `${name.padEnd(8)} ${summary}${size.usual === '' ? '' : `\n${' '.repeat(9)}--size: ${size.means}; default ${size.usual}`}`;

function kindNamed(name: string | undefined): FaultKind {
  const names = FAULT_KINDS.map((kind) => kind.name);
  if (name === undefined) {
    throw new UserError(`expected a kind of fault: ${names.join(', ')} (--list says more)`);
  }
  const kind = FAULT_KINDS.find((kind) => kind.name === name);
  if (kind === undefined) throw new UserError(`no fault named ${name}${didYouMean(name, names)}`);
  return kind;
}

function nodeMissing(folder: LabFolder): never {
  const nodes = folder.running()?.nodes.map(({ node }) => node) ?? [];
  throw new UserError(
    nodes.length === 0
      ? 'no lab runs in this folder: start one with `npm start`'
      : `expected --node with one of ${nodes.join(', ')}`,
  );
}

function sizeOf({ name, size }: FaultKind, text?: string): { size: number; sizeText: string } {
  if (size.usual === '') {
    if (text !== undefined) throw new UserError(`${name} has no --size`);
    return { size: 0, sizeText: '' };
  }
  const sizeText = text ?? size.usual;
  const parsed = size.parse(sizeText);
  if (parsed === undefined) {
    throw new UserError(
      `--size of ${name}: expected ${size.means}, not ${JSON.stringify(sizeText)}`,
    );
  }
  return { size: parsed, sizeText };
}
