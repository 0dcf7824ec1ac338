import type { LogEntry } from '../log/entry.ts';
import type { Firehose, Source } from '../log/firehose.ts';
import { startChild, type Child } from './child.ts';
import type { NodeSpec } from './config.ts';
import { portHolder, portIsFree } from './port-holder.ts';
import { ReadyTexts, waitUntilReady } from './ready.ts';
import { UserError } from './user-error.ts';

export interface SupervisorOptions {
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  readonly maxLineBytes: number;
}

/**
 * Starts the processes, tells in the firehose (as `driver`) what becomes of
 * them, and stops them. `exited` lines come after all that the process wrote.
 */
export class Supervisor {
  readonly #firehose: Firehose;
  readonly #driver: Source;
  readonly #options: SupervisorOptions;
  readonly #children: Child[] = [];
  readonly #exits: Promise<void>[] = [];
  readonly #texts = new ReadyTexts();
  readonly #stopping = new AbortController();
  /** Processes that ended by themselves with an error. */
  failed = 0;

  constructor(firehose: Firehose, driver: Source, options: SupervisorOptions) {
    this.#firehose = firehose;
    this.#driver = driver;
    this.#options = options;
  }

  get children(): readonly Child[] {
    return this.#children;
  }

  /**
   * Starts all, in order, and resolves when all are started (not yet ready).
   * Throws a UserError, with what was started stopped again, if a port is taken
   * or a process cannot be started.
   */
  async start(specs: readonly NodeSpec[]): Promise<void> {
    for (const spec of specs) await requireFreePort(spec);
    for (const spec of specs) {
      if (this.#stopping.signal.aborted) return;
      this.#driver.say({
        level: 30,
        msg: `starting ${spec.name}`,
        node: spec.name,
        command: spec.command,
        args: [...spec.args],
      });
      try {
        this.#watch(spec, await startChild(spec, this.#firehose, this.#options.maxLineBytes));
      } catch (error) {
        this.#driver.say({ level: 50, msg: (error as Error).message, node: spec.name });
        await this.stop();
        throw error;
      }
    }
  }

  /** Must be shown all that is logged: a ready check may wait for a text. */
  look(entries: readonly LogEntry[]): void {
    this.#texts.look(entries);
  }

  /** Resolves when no process is left, however they ended. */
  async allExited(): Promise<void> {
    await Promise.all(this.#exits);
  }

  /** Writes a line to a node's stdin. Gives false if no such node runs. */
  send(node: string, line: string): boolean {
    return this.#children.some((child) => child.node === node && child.send(line));
  }

  pause(): void {
    for (const child of this.#children) child.pause();
  }

  resume(): void {
    for (const child of this.#children) child.resume();
  }

  /** SIGTERM to all, SIGKILL after the grace time; resolves when nothing is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#children.map((child) => child.stop(this.#options.graceMs)));
    await this.allExited();
  }

  /** SIGKILL to all, at once. */
  kill(): void {
    this.#stopping.abort();
    for (const child of this.#children) child.kill();
  }

  #watch(spec: NodeSpec, child: Child): void {
    const { node, instance, pid } = child;
    this.#children.push(child);
    this.#driver.say({ level: 30, msg: `started ${node}`, node, instance, pid });
    this.#exits.push(
      child.exited.then(({ code, signal }) => {
        const failed = code !== 0 && !this.#stopping.signal.aborted;
        if (failed) this.failed++;
        this.#driver.say({ level: failed ? 50 : 30, msg: 'exited', node, instance, code, signal });
      }),
    );
    if (spec.ready !== undefined) void this.#sayWhenReady(spec.ready, child);
  }

  async #sayWhenReady(check: NonNullable<NodeSpec['ready']>, child: Child): Promise<void> {
    const { node, instance } = child;
    if ('log' in check) this.#texts.expect(instance, check.log);
    const over = new AbortController();
    void child.exited.then(() => over.abort());
    const signal = AbortSignal.any([over.signal, this.#stopping.signal]);
    if (await waitUntilReady(check, () => this.#texts.seen(instance), signal)) {
      this.#driver.say({ level: 30, msg: `${node} is ready`, node, instance });
    }
  }
}

async function requireFreePort({ name, port }: NodeSpec): Promise<void> {
  if (port === undefined || (await portIsFree(port))) return;
  throw new UserError(`${name}: port ${port} is taken${await holderOf(port)}`);
}

/** ` by pid 4711 (node server.js): stop it, or use another port`, as far as it can be known. */
export async function holderOf(port: number): Promise<string> {
  const holder = await portHolder(port);
  const by = holder === undefined ? '' : ` by pid ${holder.pid} (${holder.command})`;
  return `${by}: stop what holds it, or use another port`;
}
