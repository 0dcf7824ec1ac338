import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Firehose, Source } from '../../log/firehose.ts';
import { instanceId } from '../../log/wire.ts';
import { ContainerLog } from '../docker/container-log.ts';
import { inspectContainer, type Container } from '../docker/container.ts';
import { EngineError, type DockerEngine } from '../docker/engine.ts';
import { ContainerEvents, eventSourceLine, type ContainerEvent } from '../docker/events.ts';
import { ContainerStats } from '../docker/stats.ts';
import type { LogSource } from './log-source.ts';
import { nodeNamer } from './node-namer.ts';

export interface DockerOptions {
  /** `key` or `key=value`: containers that have all of them. */
  readonly labels: readonly string[];
  readonly fromEnd: boolean;
  readonly maxLineBytes: number;
  /** Whether their logs are read too, besides their events and figures. */
  readonly logs: boolean;
  /** Milliseconds from look to look at their figures; Infinity for none. */
  readonly sampleMs: number;
}

/** A container that is known. */
interface Watched {
  readonly name: string;
  readonly node: string;
  /** Absent where logs are not read. */
  readonly log?: ContainerLog;
}

/** On a container whose output is not to be read: the runner itself, for one. */
const OFF_LABEL = 'one-log.logs';
const SERVICE_LABEL = 'com.docker.compose.service';
const MAX_RETRY_MS = 5_000;
/** The engine takes up to two seconds for the figures of a container, which it is asked for one after the other. */
const LEAST_SAMPLE_MS = 2_000;

const listed = z.array(z.object({ Id: z.string() }));

/**
 * Merges the logs of the containers that run, and of those that will, each as a
 * node named by its compose service, else by itself; and docker's events about
 * them and their figures as lines of the node `docker`. Rejects with a UserError where no engine
 * answers now; one that goes away later is waited for.
 */
export async function openDocker(
  engine: DockerEngine,
  firehose: Firehose,
  driver: Source,
  options: DockerOptions,
): Promise<LogSource> {
  const docker = new Docker(engine, firehose, driver, options);
  await docker.begin();
  return docker;
}

class Docker implements LogSource {
  readonly #engine: DockerEngine;
  readonly #firehose: Firehose;
  readonly #driver: Source;
  readonly #options: DockerOptions;
  readonly #stopping = new AbortController();
  readonly #containers = new Map<string, Watched>();
  readonly #nodeOf = nodeNamer();
  /** Nodes by compose service. */
  readonly #services = new Map<string, string>();
  readonly #events: ContainerEvents;
  readonly #eventSource: Source;
  readonly #stats: ContainerStats;
  readonly #beganNanos = BigInt(Date.now()) * 1_000_000n;
  #paused = false;
  #following: Promise<unknown> = Promise.resolve();

  constructor(engine: DockerEngine, firehose: Firehose, driver: Source, options: DockerOptions) {
    this.#engine = engine;
    this.#firehose = firehose;
    this.#driver = driver;
    this.#options = options;
    this.#events = new ContainerEvents(engine, options.labels, this.#beganNanos);
    this.#stats = new ContainerStats(engine);
    const started = Math.floor(Date.now() / 1e3);
    this.#eventSource = firehose.source(
      'docker',
      instanceId('docker', hostname(), process.pid, started),
    );
  }

  async begin(): Promise<void> {
    try {
      await this.#list();
    } catch (error) {
      throw error instanceof EngineError ? error : this.#engine.unreachable(error);
    }
    if (this.#containers.size === 0 && this.#options.logs) {
      const which = this.#options.labels.map((label) => ` with label ${label}`).join('');
      this.#tell(40, `no container${which} runs; one that starts will be read`);
    }
    this.#following = Promise.all([this.#follow(), this.#sample()]);
  }

  pause(): void {
    this.#paused = true;
    for (const { log } of this.#containers.values()) log?.pause();
  }

  resume(): void {
    this.#paused = false;
    for (const { log } of this.#containers.values()) log?.resume();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#following;
    await Promise.all([...this.#containers.values()].map(({ log }) => log?.ended));
  }

  /** Events tell of what starts; after each gap in them the list does. */
  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    for (let delay = 0; !signal.aborted; delay = Math.min(delay * 2 + 100, MAX_RETRY_MS)) {
      await wait(delay, undefined, { signal }).catch(() => {});
      try {
        await this.#events.follow(
          () => {
            if (delay > 0) this.#tell(30, `docker: the engine at ${this.#engine.name} answers`);
            delay = 0;
            this.#list().catch(() => {}); // the engine has gone again
          },
          (event) => void this.#take(event),
          signal,
        );
        if (!signal.aborted)
          this.#tell(40, 'docker: the engine has ended its events; asking again');
      } catch (error) {
        if (delay === 0 && !signal.aborted) {
          this.#tell(40, `${this.#engine.unreachable(error).message}; waiting for it`);
        }
      }
    }
  }

  /** The figures of all containers, time and again. Never rejects. */
  async #sample(): Promise<void> {
    const { signal } = this.#stopping;
    const { sampleMs } = this.#options;
    if (!Number.isFinite(sampleMs)) return;
    while (!signal.aborted) {
      const pause = wait(Math.max(sampleMs, LEAST_SAMPLE_MS), undefined, { signal }).catch(
        () => {},
      );
      for (const [id, container] of this.#paused ? [] : this.#containers) {
        const figures = await this.#stats.look(id, container, signal);
        if (figures !== undefined) this.#eventSource.say(figures, 'docker');
      }
      await pause;
    }
  }

  async #list(): Promise<void> {
    const filters = encodeURIComponent(JSON.stringify({ label: this.#options.labels }));
    const { signal } = this.#stopping;
    const answer = await this.#engine.json(`/containers/json?filters=${filters}`, signal);
    const containers = listed.parse(answer);
    for (const { Id } of containers) await this.#open(Id, this.#options.fromEnd);
  }

  async #take(event: ContainerEvent): Promise<void> {
    const known = this.#containers.get(event.id);
    if (event.attributes[OFF_LABEL] !== 'off') {
      this.#eventSource.write('docker', [eventSourceLine(event, known?.node)]);
    }
    if (event.action === 'start') await this.#open(event.id, false);
    if (event.action === 'destroy') {
      known?.log?.started(); // it will see that it is gone
      this.#containers.delete(event.id);
      this.#stats.forget(event.id);
    }
  }

  async #open(id: string, fromEnd: boolean): Promise<void> {
    const known = this.#containers.get(id);
    if (known !== undefined) return known.log?.started();
    const { signal } = this.#stopping;
    const container = await inspectContainer(this.#engine, id, signal).catch(() => undefined);
    if (container === undefined || isSelf(container)) return;
    if (this.#containers.has(id)) return;
    const { name } = container;
    const node = this.#nameOf(container);
    if (!this.#options.logs) {
      this.#containers.set(id, { name, node });
      return;
    }
    const log = new ContainerLog(node, container, {
      engine: this.#engine,
      firehose: this.#firehose,
      driver: this.#driver,
      maxLineBytes: this.#options.maxLineBytes,
      sinceNanos: fromEnd ? this.#beganNanos : 0n,
      stopping: signal,
    });
    this.#containers.set(id, { name, node, log });
    if (this.#paused) log.pause();
    this.#tell(30, `reading ${name} (${container.image})`, node);
  }

  /** Replicas of a service are one node, and instances of their own. */
  #nameOf({ name, labels }: Container): string {
    const service = labels[SERVICE_LABEL];
    if (service === undefined) return this.#nodeOf(name);
    let node = this.#services.get(service);
    if (node === undefined) this.#services.set(service, (node = this.#nodeOf(service)));
    return node;
  }

  #tell(level: number, msg: string, node = 'docker'): void {
    this.#driver.say({ level, msg, node });
  }
}

/** What the runner writes to its own stdout must not come back; docker names a container's host by its id. */
const isSelf = ({ id, labels }: Container): boolean =>
  labels[OFF_LABEL] === 'off' || (/^[\da-f]{12}$/.test(hostname()) && id.startsWith(hostname()));
