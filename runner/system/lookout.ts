import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../log/entry.ts';
import { Restarts } from '../restart-policy.ts';
import type { Order, Told } from './lookout-process.ts';
import type { SeenLab } from './probes.ts';

const PROGRAM = fileURLToPath(new URL('lookout-process.ts', import.meta.url));
/** It ends at once when it is let go. */
const GRACE_MS = 2_000;

export interface LookoutOptions {
  readonly everyMs: number;
  readonly perf: boolean;
  /** The lab as it is now. */
  readonly lab: () => SeenLab;
  /** Gets each line, with the name of its probe and the process that looked. */
  readonly onLine: (probe: string, line: JsonObject, pid: number) => void;
  /** Told in a sentence what cannot be looked at, and why. */
  readonly onTrouble: (message: string) => void;
}

/**
 * The process that looks at the system, started again if it ends by itself. It
 * is one of its own so that it can go before others, and so that whoever hogs
 * all CPUs is still seen. It ends with this one, however that ends.
 */
export class Lookout {
  readonly #options: LookoutOptions;
  readonly #restarts = new Restarts({
    when: 'always',
    limit: 10,
    delaySeconds: 1,
    maxDelaySeconds: 30,
  });
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #isPaused = false;
  #isClosed = false;

  constructor(options: LookoutOptions) {
    this.#options = options;
    this.#start();
  }

  /** The lab's processes have changed. */
  refresh(): void {
    this.#tell({ lab: this.#options.lab() });
  }

  pause(): void {
    this.#setPaused(true);
  }

  resume(): void {
    this.#setPaused(false);
  }

  /** Resolves when it is gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    if (child.connected) child.disconnect();
    const overdue = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await exited;
    clearTimeout(overdue);
  }

  #setPaused(isPaused: boolean): void {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    this.#tell({ isPaused });
  }

  #start(): void {
    const { everyMs, perf, lab, onTrouble } = this.#options;
    // A session of its own: Ctrl+C is for this process, and Linux shares the CPU between sessions.
    const child = fork(PROGRAM, { detached: true, execArgv: [], stdio: 'ignore' });
    this.#child = child;
    const began = performance.now();
    child.on('message', (told: Told) => this.#hear(told, child.pid ?? 0));
    child.on('error', ({ message }) => onTrouble(`no looks at the system: ${message}`));
    child.once('exit', (code, signal) => {
      this.#child = undefined;
      if (!this.#isClosed) this.#startAgain(`${signal ?? code}`, (performance.now() - began) / 1e3);
    });
    this.#tell({ begin: { everyMs, perf, lab: lab() } });
    if (this.#isPaused) this.#tell({ isPaused: true });
  }

  #startAgain(why: string, livedSeconds: number): void {
    const decision = this.#restarts.decide(true, livedSeconds);
    const what = `the process that looks at the system ended (${why})`;
    if (!decision.restart) {
      this.#options.onTrouble(`${what}, ${decision.why ?? 'and is not started again'}`);
      return;
    }
    this.#options.onTrouble(`${what}; it is started again`);
    this.#restart = setTimeout(() => this.#start(), decision.delaySeconds * 1e3);
  }

  #hear(told: Told, pid: number): void {
    if (this.#isClosed) return;
    if ('line' in told) this.#options.onLine(told.probe, told.line, pid);
    else this.#options.onTrouble(`no ${told.probe} of the system: ${told.trouble}`);
  }

  #tell(order: Order): void {
    // One that is just ending hears nothing any more.
    if (this.#child?.connected === true) this.#child.send(order, () => {});
  }
}
