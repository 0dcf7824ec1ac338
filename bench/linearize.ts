import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { checkLinearizability } from '../driver/linearizability.ts';
import type { Operation } from '../driver/operation.ts';
import { register, type RegisterInput, type RegisterOutput } from '../driver/register.ts';
import { dice } from '../services/dice.ts';
import { cpuSeconds, median, report, thousands } from './measure.ts';

type History = Operation<RegisterInput, RegisterOutput>[];

/** Porcupine keeps a bit for each operation in each of its cache entries: beyond this it takes gigabytes. */
const MAX_OPERATIONS_BESIDE = 10_000;
/** So much longer than it acts a client thinks. */
const THINKING = 4;
const RUNS = 3;
/** Of wall-clock time, for one history. */
const PATIENCE_SECONDS = 5;
const GO = 'go';
const PORCUPINE = fileURLToPath(new URL('porcupine', import.meta.url));

/**
 * Valid histories of a register with compare-and-set: CPU time to check them,
 * as they grow in operations and in clients, beside that of Porcupine on the
 * same histories where Go is installed.
 */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'one-log-bench-'));
  try {
    const porcupine = await buildPorcupine(join(folder, 'porcupine'));
    await reportSmall();
    for (const operations of [1_000, 10_000, 100_000]) {
      for (const clients of [2, 10, 50]) {
        const histories = Array.from({ length: RUNS }, (_, seed) =>
          validHistory(operations, clients, seed),
        );
        const ours = await secondsOf(histories);
        const theirs =
          porcupine !== undefined && operations <= MAX_OPERATIONS_BESIDE
            ? await porcupineSeconds(porcupine, folder, histories)
            : undefined;
        report(
          `${thousands(operations)} operations of ${clients} clients checked`,
          `${((ours / operations) * 1e6).toFixed(2)} µs each`,
          theirs === undefined ? '' : besideText(ours, theirs, operations),
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const besideText = (ours: number, theirs: number, operations: number): string =>
  theirs === Infinity
    ? `Porcupine has no answer within ${PATIENCE_SECONDS} s`
    : `Porcupine ${((theirs / operations) * 1e6).toFixed(2)} µs; ${(ours / theirs).toFixed(2)} × (aim 2)`;

/** Histories as one test of the driver makes them. */
async function reportSmall(): Promise<void> {
  const histories = Array.from({ length: 20_000 }, (_, seed) => validHistory(30, 4, seed));
  const { seconds } = await cpuSeconds(() => histories.map((history) => check(history)));
  report('histories of 30 operations checked', `${thousands(histories.length / seconds)} a second`);
}

async function secondsOf(histories: readonly History[]): Promise<number> {
  const times: number[] = [];
  for (const history of histories) times.push((await cpuSeconds(() => check(history))).seconds);
  return median(times);
}

function check(history: History): void {
  const verdict = checkLinearizability(register, history, { isTimeUp: () => false });
  if (verdict.is !== 'linearizable') throw new Error(`a valid history is called ${verdict.is}`);
}

/** Clients whose calls, effects and returns are interleaved at random: each operation takes effect in between. */
function validHistory(operations: number, clients: number, seed: number): History {
  const roll = dice(seed);
  const pick = (count: number): number => Math.floor(roll() * count);
  const history: History = [];
  const open = new Map<string, { input: RegisterInput; call: number; output?: RegisterOutput }>();
  let value: number | null = null;
  for (let event = 0, called = 0; history.length < operations;) {
    const client = `${pick(clients)}`;
    const pending = open.get(client);
    if (pending === undefined) {
      if (pick(THINKING) > 0 || called >= operations) continue;
      called++;
      open.set(client, { input: randomInput(pick), call: event++ });
    } else if (pending.output === undefined) {
      const { input } = pending;
      if (input.type === 'read') pending.output = { type: 'read', value };
      else if (input.type === 'write') pending.output = { type: 'written' };
      else pending.output = { type: 'cas', done: input.from === value };
      value = (register.step(value, input, pending.output) ?? null) as number | null;
    } else {
      open.delete(client);
      history.push({ client, ...pending, output: pending.output, return: event++ });
    }
  }
  return history;
}

function randomInput(pick: (count: number) => number): RegisterInput {
  const kind = pick(3);
  if (kind === 0) return { type: 'read' };
  return kind === 1
    ? { type: 'write', value: pick(5) }
    : { type: 'cas', from: pick(5), to: pick(5) };
}

/** The program, or undefined, with the reason reported, where it cannot be had. */
async function buildPorcupine(program: string): Promise<string | undefined> {
  const built = await execa(GO, ['build', '-o', program, '.'], { cwd: PORCUPINE, reject: false });
  if (!built.failed) return program;
  report('Porcupine', 'skipped', built.shortMessage?.split('\n')[0] ?? '');
  return undefined;
}

async function porcupineSeconds(
  program: string,
  folder: string,
  histories: readonly History[],
): Promise<number> {
  const files = histories.map((history, index) => {
    const file = join(folder, `${index}.txt`);
    writeFileSync(file, eventsText(history));
    return file;
  });
  const { stdout } = await execa(program, [`${PATIENCE_SECONDS}s`, ...files]);
  return median(
    stdout.split('\n').map((line) => {
      const [verdict, seconds] = line.split(' ');
      if (verdict === 'Illegal') throw new Error('Porcupine calls a valid history illegal');
      return verdict === 'Ok' ? Number(seconds) : Infinity;
    }),
  );
}

/** As bench/porcupine/main.go reads it: what is null here is -1 there. */
function eventsText(history: History): string {
  const lines: [at: number, text: string][] = [];
  for (const [id, { input, output, ...at }] of history.entries()) {
    const [a, b] =
      input.type === 'write'
        ? [input.value, 0]
        : input.type === 'cas'
          ? [input.from, input.to]
          : [0, 0];
    const answer =
      output?.type === 'read'
        ? (output.value ?? -1)
        : output?.type === 'cas'
          ? Number(output.done)
          : 0;
    lines.push([at.call, `c ${id} ${input.type} ${a} ${b}\n`]);
    lines.push([at.return ?? Infinity, `r ${id} ${answer}\n`]);
  }
  return lines
    .sort((x, y) => x[0] - y[0])
    .map(([, text]) => text)
    .join('');
}
