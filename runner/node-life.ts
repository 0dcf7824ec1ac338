import { setTimeout as wait } from 'node:timers/promises';
import type { Firehose, Source } from '../log/firehose.ts';
import { startChild, type Child } from './child.ts';
import type { NodeSpec } from './config.ts';
import { requireFreePort } from './port-holder.ts';
import { waitUntilReady, type ReadyTexts } from './ready.ts';
import { Restarts, type RestartPolicy } from './restart-policy.ts';

export interface NodeLifeParts {
  readonly firehose: Firehose;
  readonly driver: Source;
  readonly texts: ReadyTexts;
  readonly graceMs: number;
  readonly maxLineBytes: number;
  /** Nothing is started any more once it is aborted. */
  readonly stopping: AbortSignal;
  /** Told of each process as soon as it runs. */
  readonly onStart: (child: Child) => void;
}

const NEVER: RestartPolicy = { when: 'never', limit: 0, delaySeconds: 0, maxDelaySeconds: 0 };

/**
 * One node from its first start to its last exit: its processes, one after the
 * other as its restart policy has it, each an instance of its own. Everything
 * that becomes of them is told by the driver; `exited` comes after all that the
 * process wrote.
 */
export class NodeLife {
  readonly spec: NodeSpec;
  /** The process that runs, or ran last. */
  child: Child | undefined;
  /** The last process ended by itself with an error, or could not be started. */
  failed = false;
  readonly #parts: NodeLifeParts;
  readonly #restarts: Restarts;
  readonly #ready = Promise.withResolvers<boolean>();
  readonly #ended = Promise.withResolvers<void>();
  #begun = false;

  constructor(spec: NodeSpec, parts: NodeLifeParts) {
    this.spec = spec;
    this.#parts = parts;
    this.#restarts = new Restarts(spec.restart ?? NEVER);
  }

  /** Resolves true when it is ready for the first time (without a check: started), false if it never will be. */
  get ready(): Promise<boolean> {
    return this.#ready.promise;
  }

  /** Resolves when no process of it will run any more. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Rejects with a UserError if the first process cannot be started. */
  async start(): Promise<void> {
    this.#begun = true;
    try {
      void this.#live(await this.#startChild());
    } catch (error) {
      this.#end(true);
      throw error;
    }
  }

  /** Starts when all the others are ready. Never rejects. */
  async startAfter(others: readonly NodeLife[]): Promise<void> {
    const { driver, stopping } = this.#parts;
    const { name } = this.spec;
    const ready = await Promise.all(others.map((other) => other.ready));
    if (stopping.aborted) return this.abandon();
    const missing = others.filter((_, index) => ready[index] !== true).map(({ spec }) => spec.name);
    if (missing.length > 0) {
      const msg = `${name} is not started: ${missing.join(', ')} ended before being ready`;
      driver.say({ level: 50, msg, node: name });
      return this.#end(true);
    }
    await this.start().catch(() => {}); // the driver has said it
  }

  /** To be called when all are stopped: one that has not begun never will. */
  abandon(): void {
    if (!this.#begun) this.#end(false);
  }

  async #live(first: Child): Promise<void> {
    let child: Child | undefined = first;
    for (;;) {
      const beganMs = performance.now();
      const failed = child === undefined || (await this.#exitOf(child));
      const delay = this.#restartDelay(failed, (performance.now() - beganMs) / 1e3);
      if (delay === undefined) return this.#end(failed);
      // What the process itself had started is not to meet its successor.
      await child?.stop(this.#parts.graceMs);
      await wait(delay * 1e3, undefined, { signal: this.#parts.stopping }).catch(() => {});
      if (this.#parts.stopping.aborted) return this.#end(false);
      child = await this.#startChild().catch(() => undefined);
    }
  }

  /** Whether it failed by itself. */
  async #exitOf(child: Child): Promise<boolean> {
    const { node, instance } = child;
    const { code, signal } = await child.exited;
    const failed = code !== 0 && !this.#parts.stopping.aborted;
    this.#parts.driver.say({
      level: failed ? 50 : 30,
      msg: 'exited',
      node,
      instance,
      code,
      signal,
    });
    return failed;
  }

  /** In seconds; undefined where it is not started again. */
  #restartDelay(failed: boolean, livedSeconds: number): number | undefined {
    const { driver, stopping } = this.#parts;
    if (stopping.aborted) return undefined;
    const node = this.spec.name;
    const decision = this.#restarts.decide(failed, livedSeconds);
    if (!decision.restart) {
      const { why } = decision;
      if (why !== undefined)
        driver.say({ level: 50, msg: `${node} is not restarted: ${why}`, node });
      return undefined;
    }
    const { attempt, delaySeconds } = decision;
    const msg = `restarting ${node} in ${delaySeconds} s`;
    driver.say({ level: 40, msg, node, attempt, delay_seconds: delaySeconds });
    return delaySeconds;
  }

  async #startChild(): Promise<Child> {
    const { driver, firehose, maxLineBytes, onStart } = this.#parts;
    const { name, command, args, ready } = this.spec;
    try {
      await requireFreePort(this.spec);
      driver.say({ level: 30, msg: `starting ${name}`, node: name, command, args: [...args] });
      const child = await startChild(this.spec, firehose, maxLineBytes);
      this.child = child;
      const { node, instance, pid } = child;
      driver.say({ level: 30, msg: `started ${node}`, node, instance, pid });
      onStart(child);
      if (ready === undefined) this.#ready.resolve(true);
      else void this.#sayWhenReady(ready, child);
      return child;
    } catch (error) {
      driver.say({ level: 50, msg: (error as Error).message, node: name });
      throw error;
    }
  }

  async #sayWhenReady(check: NonNullable<NodeSpec['ready']>, child: Child): Promise<void> {
    const { driver, texts, stopping } = this.#parts;
    const { node, instance } = child;
    if ('log' in check) texts.expect(instance, check.log);
    const over = new AbortController();
    void child.exited.then(() => over.abort());
    const signal = AbortSignal.any([over.signal, stopping]);
    if (await waitUntilReady(check, () => texts.seen(instance), signal)) {
      driver.say({ level: 30, msg: `${node} is ready`, node, instance });
      this.#ready.resolve(true);
    }
  }

  #end(failed: boolean): void {
    this.failed = failed;
    this.#ready.resolve(false);
    this.#ended.resolve();
  }
}
