import { setTimeout as wait } from 'node:timers/promises';
import type { Firehose, Source } from '../../log/firehose.ts';
import { inspectContainer, type Container } from './container.ts';
import { EngineError, type DockerEngine } from './engine.ts';
import { LogPosition, secondsText } from './log-position.ts';
import { ContainerOutput } from './output.ts';

export interface ContainerLogParts {
  readonly engine: DockerEngine;
  readonly firehose: Firehose;
  readonly driver: Source;
  readonly maxLineBytes: number;
  /** Unix nanoseconds; what was written before is left out. */
  readonly sinceNanos: bigint;
  readonly stopping: AbortSignal;
}

const RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;
/** Known to the engine where a log driver keeps nothing that could be read. */
const UNREADABLE = /does not support reading/;

/**
 * One container's log, followed from its first line to the container's removal:
 * over restarts of the container, each a new instance, and of the engine, each
 * line once. `instance` is `node@container/image/id.start`, start in Unix
 * seconds. The driver tells `exited`, after all that the container wrote.
 */
export class ContainerLog {
  readonly node: string;
  /** Resolves when nothing more will come. Never rejects. */
  readonly ended: Promise<void>;
  readonly #parts: ContainerLogParts;
  readonly #id: string;
  readonly #over = new AbortController();
  readonly #position: LogPosition;
  #source: Source | undefined;
  #output: ContainerOutput | undefined;
  #startedNanos = 0n;
  /** Resolves when it may be read on. */
  #free = Promise.resolve();
  #resume = (): void => {};
  #starts = Promise.withResolvers<void>();

  constructor(node: string, container: Container, parts: ContainerLogParts) {
    this.node = node;
    this.#id = container.id;
    this.#parts = parts;
    this.#position = new LogPosition(parts.sinceNanos);
    parts.stopping.addEventListener('abort', () => this.#over.abort(), { once: true });
    this.#over.signal.addEventListener('abort', () => {
      this.#starts.resolve();
      this.#resume();
    });
    this.ended = this.#follow(container).catch((error: unknown) =>
      this.#tell(50, `${container.name}: its log is not read any more: ${String(error)}`),
    );
  }

  /** It has been started, or may have been. */
  started(): void {
    this.#starts.resolve();
  }

  pause(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resume();
    this.#free = promise;
    this.#resume = resolve;
  }

  resume(): void {
    this.#resume();
  }

  async #follow(first: Container): Promise<void> {
    let container: Container | undefined = first;
    for (let failures = 0; container !== undefined;) {
      if (this.#source !== undefined && container.startedNanos !== this.#startedNanos) {
        await this.#finish(container, undefined);
      }
      if (container.isRunning) {
        this.#begin(container);
        const began = Date.now();
        if (!(await this.#read(container, true))) return;
        failures = Date.now() - began > MAX_RETRY_MS ? 0 : failures + 1;
        await this.#wait(Math.min(RETRY_MS * 2 ** failures, MAX_RETRY_MS) / 2);
      } else {
        if (container.startedNanos !== this.#startedNanos) this.#begin(container);
        await this.#finish(container, container.exitCode);
        if (!this.#over.signal.aborted) await this.#starts.promise;
        failures = 0;
      }
      container = await this.#inspect();
    }
    this.#sayExited(undefined);
  }

  /** Undefined when it is gone, or all is over. An engine that is away is waited for. */
  async #inspect(): Promise<Container | undefined> {
    for (let delay = RETRY_MS; !this.#over.signal.aborted;) {
      this.#starts = Promise.withResolvers<void>();
      try {
        return await inspectContainer(this.#parts.engine, this.#id, this.#over.signal);
      } catch (error) {
        if (error instanceof EngineError && error.status === 404) return undefined;
        await this.#wait(delay);
        delay = Math.min(delay * 2, MAX_RETRY_MS);
      }
    }
    return undefined;
  }

  #begin(container: Container): void {
    if (this.#source !== undefined) return;
    const { firehose, maxLineBytes } = this.#parts;
    const { name, image, id, startedNanos, hasTerminal } = container;
    const start = startedNanos / 1_000_000_000n;
    const instance = `${this.node}@${name}/${image}/${id.slice(0, 12)}.${start}`;
    const source = firehose.source(this.node, instance);
    this.#source = source;
    this.#startedNanos = startedNanos;
    this.#output = new ContainerOutput(this.#position, {
      hasTerminal,
      maxLineBytes,
      onLines: (stream, lines) => source.write(stream, lines),
      onError: (message) => this.#tell(40, `docker: the log of ${name}: ${message}`),
    });
  }

  /** One life of the container is over: reads the rest of it, then says so. */
  async #finish(container: Container, code: number | undefined): Promise<void> {
    if (this.#source === undefined) return;
    await this.#read(container, false);
    this.#sayExited(code);
  }

  /** Also when only the reading is over: then nothing is said of the container. */
  #sayExited(code: number | undefined): void {
    this.#output?.end();
    const { instance } = this.#source ?? {};
    this.#source = undefined;
    if (instance === undefined || this.#over.signal.aborted) return;
    this.#parts.driver.say({
      level: code === 0 || code === undefined ? 30 : 50,
      msg: 'exited',
      node: this.node,
      instance,
      code: code ?? null,
      signal: null,
    });
  }

  /** Reads on from where it stands; follows to the end of this life of the container, or reads only what is there of it. False: it cannot be read at all. */
  async #read(container: Container, follow: boolean): Promise<boolean> {
    this.#output?.resume();
    const { id, name, logDriver } = container;
    const until =
      container.startedNanos === this.#startedNanos ? '' : `&until=${between(container)}`;
    const query = `follow=${follow}&stdout=true&stderr=true&timestamps=true&since=${this.#position.since}${until}`;
    try {
      const { engine } = this.#parts;
      const { signal } = this.#over;
      for await (const chunk of await engine.stream(`/containers/${id}/logs?${query}`, signal)) {
        this.#output?.push(chunk as Buffer);
        await this.#free;
      }
    } catch (error) {
      if (!(error instanceof EngineError && UNREADABLE.test(error.message))) return true;
      this.#tell(
        40,
        `${name}: its log driver (${logDriver}) keeps nothing that can be read; start it with --log-driver json-file, local or journald`,
      );
      return false;
    }
    return true;
  }

  async #wait(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#over.signal }).catch(() => {});
  }

  #tell(level: number, msg: string): void {
    this.#parts.driver.say({ level, msg, node: this.node });
  }
}

/** A time between two lives: the first lines of the second may come before its start is noted. */
const between = ({ finishedNanos, startedNanos }: Container): string =>
  secondsText(finishedNanos < startedNanos ? (finishedNanos + startedNanos) / 2n : startedNanos);
