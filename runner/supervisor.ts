import type { LogEntry } from '../log/entry.ts';
import type { Firehose, Source } from '../log/firehose.ts';
import type { Child } from './child.ts';
import type { NodeSpec } from './config.ts';
import { NodeLife } from './node-life.ts';
import { requireFreePort } from './port-holder.ts';
import { ReadyTexts } from './ready.ts';

export interface SupervisorOptions {
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  readonly maxLineBytes: number;
  /** Told whenever another process runs, the first time and after a restart. */
  readonly onStart?: () => void;
}

/**
 * Starts the processes, each after those it waits for, restarts them as their
 * policies have it, tells in the firehose (as `driver`) what becomes of them,
 * and stops them. `exited` lines come after all that the process wrote.
 */
export class Supervisor {
  readonly #firehose: Firehose;
  readonly #driver: Source;
  readonly #options: SupervisorOptions;
  readonly #texts = new ReadyTexts();
  readonly #stopping = new AbortController();
  #lives: readonly NodeLife[] = [];
  #paused = false;

  constructor(firehose: Firehose, driver: Source, options: SupervisorOptions) {
    this.#firehose = firehose;
    this.#driver = driver;
    this.#options = options;
  }

  /** The process of each node that runs, or ran last; what it has started may still run. */
  get children(): readonly Child[] {
    return this.#lives.flatMap(({ child }) => child ?? []);
  }

  /** Nodes whose last process ended by itself with an error, or could not be started. */
  get failed(): number {
    return this.#lives.filter(({ failed }) => failed).length;
  }

  /**
   * Starts those that wait for no other, in order, and resolves when they are
   * started (not yet ready); the others follow by themselves. Throws a
   * UserError, with what was started stopped again, if a port is taken or one of
   * the first cannot be started.
   */
  async start(specs: readonly NodeSpec[]): Promise<void> {
    for (const spec of specs) await requireFreePort(spec);
    const lives = new Map(specs.map((spec) => [spec.name, this.#life(spec)]));
    this.#lives = [...lives.values()];
    for (const life of this.#lives) {
      const others = (life.spec.after ?? []).flatMap((name) => lives.get(name) ?? []);
      if (others.length > 0) void life.startAfter(others);
    }
    try {
      for (const life of this.#lives) {
        if (this.#stopping.signal.aborted) return;
        if ((life.spec.after ?? []).length === 0) await life.start();
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Must be shown all that is logged: a ready check may wait for a text. */
  look(entries: readonly LogEntry[]): void {
    this.#texts.look(entries);
  }

  /** Resolves when no process is left and none will be started, however they ended. */
  async allExited(): Promise<void> {
    await Promise.all(this.#lives.map(({ ended }) => ended));
  }

  /** Writes a line to a node's stdin. Gives false if no such node runs. */
  send(node: string, line: string): boolean {
    return this.children.some((child) => child.node === node && child.send(line));
  }

  pause(): void {
    this.#paused = true;
    for (const child of this.children) child.pause();
  }

  resume(): void {
    this.#paused = false;
    for (const child of this.children) child.resume();
  }

  /** SIGTERM to all, SIGKILL after the grace time; resolves when nothing is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const life of this.#lives) life.abandon();
    await Promise.all(this.children.map((child) => child.stop(this.#options.graceMs)));
    await this.allExited();
  }

  /** SIGKILL to all, at once. */
  kill(): void {
    this.#stopping.abort();
    for (const child of this.children) child.kill();
  }

  #life(spec: NodeSpec): NodeLife {
    const { graceMs, maxLineBytes, onStart } = this.#options;
    return new NodeLife(spec, {
      firehose: this.#firehose,
      driver: this.#driver,
      texts: this.#texts,
      graceMs,
      maxLineBytes,
      stopping: this.#stopping.signal,
      onStart: (child) => {
        if (this.#paused) child.pause();
        // It was being started when all were stopped.
        if (this.#stopping.signal.aborted) child.kill();
        onStart?.();
      },
    });
  }
}
