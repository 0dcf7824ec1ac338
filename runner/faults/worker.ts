import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { prioritize } from '../priority.ts';

export interface WorkerOptions {
  /** As nice counts: -20 is first, 19 last. Where it may not be raised it stays. */
  readonly priority?: number;
  /** Those it may run on, as `taskset` writes them: `0-1`. */
  readonly cpus?: string;
}

const THREADS = 16;
/** Beyond its time a worker that does not end by itself is ended. */
const GRACE_MS = 2_000;

/**
 * A process that does something real for a while, from one of the scripts in
 * workers/. It names itself nowhere: it is `node -`, gets its script by stdin
 * and its order as a message. It ends after `forMs`, and as soon as this process
 * is gone, however that ended: the channel between them closes then.
 */
export class Worker {
  readonly pid: number;
  /** Resolves when it is gone; never rejects. */
  readonly ended: Promise<void>;
  readonly #process: ChildProcess;
  #hasEnded = false;

  private constructor(process: ChildProcess, pid: number, forMs: number) {
    this.#process = process;
    this.pid = pid;
    const overdue = setTimeout(() => process.kill('SIGKILL'), forMs + GRACE_MS);
    this.ended = new Promise((resolve) => {
      process.once('exit', () => {
        this.#hasEnded = true;
        clearTimeout(overdue);
        resolve();
      });
    });
  }

  /** Resolves when it runs. Rejects where no process can be started. */
  static async start(
    script: URL,
    order: { readonly forMs: number } & Readonly<Record<string, unknown>>,
    { priority, cpus }: WorkerOptions = {},
  ): Promise<Worker> {
    const process_ = spawn(process.execPath, ['--input-type=module-typescript', '-'], {
      // A session of its own: Ctrl+C is this process's to handle. Linux also shares the CPU between sessions.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
      // Threads for files, where it uses any.
      env: { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: `${THREADS}` },
    });
    await once(process_, 'spawn');
    const { pid } = process_;
    if (pid === undefined) throw new Error('a process without a pid');
    if (cpus !== undefined) spawnSync('taskset', ['-acp', cpus, `${pid}`]);
    if (priority !== undefined) prioritize(pid, priority);
    offerToOomKiller(pid);
    process_.on('error', () => {}); // of a message to one that has just ended
    process_.stdin?.on('error', () => {});
    process_.stdin?.end(readFileSync(script));
    process_.send(order);
    return new Worker(process_, pid, order.forMs);
  }

  /** Resolves with what it says first, or undefined if it ends before. */
  async answer(): Promise<unknown> {
    const said = once(this.#process, 'message').then(([message]) => message as unknown);
    return Promise.race([said, this.ended]);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** Asks it to end, and resolves when it has. */
  async stop(): Promise<void> {
    if (!this.#hasEnded && this.#process.connected) this.#process.disconnect();
    const overdue = setTimeout(() => this.#process.kill('SIGKILL'), GRACE_MS);
    await this.ended;
    clearTimeout(overdue);
  }
}

/** Should memory run out after all, this one goes first (proc_pid_oom_score_adj(5)). */
function offerToOomKiller(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {
    // no Linux
  }
}
