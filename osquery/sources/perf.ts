import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { JsonObject } from '../../log/entry.ts';
import type { LabProcess } from './lab-process.ts';
import { rounded } from './proc-file.ts';
import type { Probe } from './sampler.ts';

/** Not the 100 Hz that much else ticks at. */
const FREQUENCY_HZ = 99;
const RECORD_SECONDS = 5;
const MAX_OUTPUT_CHARACTERS = 16 * 2 ** 20;
/** Of each process so many symbols are listed. */
const TOP = 10;

/**
 * Where the lab's processes spend their CPU time, by `perf record` for five
 * seconds after five seconds. It throws, once, where perf is not installed or
 * not permitted (`/proc/sys/kernel/perf_event_paranoid`).
 */
export class Perf implements Probe {
  readonly name = 'perf';
  readonly #lab: () => readonly LabProcess[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'one-log-perf-'));
  readonly #closing = new AbortController();
  #isRunning = false;
  #found: JsonObject | undefined;
  #error: Error | undefined;

  constructor(lab: () => readonly LabProcess[]) {
    this.#lab = lab;
  }

  look(): JsonObject | undefined {
    if (this.#error !== undefined) throw this.#error;
    if (!this.#isRunning) void this.#record();
    const found = this.#found;
    this.#found = undefined;
    return found;
  }

  close(): void {
    this.#closing.abort();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #record(): Promise<void> {
    const lab = this.#lab();
    if (lab.length === 0) return;
    this.#isRunning = true;
    const file = join(this.#folder, 'perf.data');
    const pids = lab.map(({ pid }) => pid).join(',');
    const record = ['record', '-q', '-F', `${FREQUENCY_HZ}`, '-p', pids, '-o', file];
    const recorded = await this.#run([...record, '--', 'sleep', `${RECORD_SECONDS}`]);
    const script = ['script', '-i', file, '-F', 'comm,pid,ip,sym'];
    const text = recorded === undefined ? undefined : await this.#run(script);
    if (text !== undefined) this.#found = { processes: processesOf(text, lab) };
    this.#isRunning = false;
  }

  /** What it printed; undefined where it failed, whatever the reason. */
  async #run(args: readonly string[]): Promise<string | undefined> {
    const { failed, code, stdout, stderr } = await execa('perf', args, {
      reject: false,
      stdin: 'ignore',
      maxBuffer: MAX_OUTPUT_CHARACTERS,
      cancelSignal: this.#closing.signal,
    });
    if (!failed) return stdout;
    this.#error = reasonOf(code, stderr ?? '');
    return undefined;
  }
}

/** Undefined where it may work the next time: a process ended just then. */
function reasonOf(code: string | undefined, complaint: string): Error | undefined {
  if (code === 'ENOENT') return new Error('perf is not installed');
  if (!/permi|paranoid/i.test(complaint)) return undefined;
  return new Error(
    'perf is not permitted to this user; see /proc/sys/kernel/perf_event_paranoid (1 or less is needed)',
  );
}

/** Of lines such as ` node-MainThread 17907            e0db28 v8::internal::FieldIndex::ForPropertyIndex`. */
export function processesOf(text: string, lab: readonly LabProcess[]): JsonObject[] {
  const counts = new Map<number, Map<string, number>>();
  for (const [, pid, symbol = ''] of text.matchAll(/^.* (\d+) +[\da-f]+ (.+)$/gm)) {
    const symbols = counts.get(Number(pid)) ?? new Map<string, number>();
    counts.set(Number(pid), symbols.set(symbol, (symbols.get(symbol) ?? 0) + 1));
  }
  return [...counts].map(([pid, symbols]) => {
    const samples = [...symbols.values()].reduce((sum, count) => sum + count, 0);
    const { node, instance } = lab.find((process) => process.pid === pid) ?? {};
    return {
      pid,
      ...(node !== undefined && { node }),
      ...(instance !== undefined && { instance }),
      samples,
      symbols: [...symbols]
        .sort(([, a], [, b]) => b - a)
        .slice(0, TOP)
        .map(([symbol, count]) => ({ symbol, share: rounded(count / samples) })),
    };
  });
}
