import { createServer, type ServerResponse } from 'node:http';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { rfc3339, unixNanos } from '../../../runner/docker/log-position.ts';
import { temporaryFolder } from '../../onelog.ts';

interface FakeContainer {
  readonly id: string;
  readonly name: string;
  readonly service?: string;
  readonly logDriver?: string;
  readonly log: { readonly nanos: bigint; readonly text: string }[];
  isRunning: boolean;
  startedNanos: bigint;
  finishedNanos: bigint;
  exitCode: number;
}

/** As much of a Docker engine as is read: containers with logs, and events. It can go away and come back. */
export class FakeEngine {
  readonly socketPath = join(temporaryFolder(), 'docker.sock');
  readonly containers = new Map<string, FakeContainer>();
  /** `METHOD path` of all requests. */
  readonly asked: string[] = [];
  readonly #events: { nanos: bigint; line: string }[] = [];
  readonly #followers = new Map<string, Set<ServerResponse>>();
  #nanos = 0n;
  #server = createServer();

  constructor() {
    onTestFinished(() => this.goAway());
  }

  async start(): Promise<void> {
    rmSync(this.socketPath, { force: true });
    this.#server = createServer((request, response) => {
      this.asked.push(`${request.method} ${request.url}`);
      this.#answer(new URL(request.url ?? '', 'http://docker'), response);
    });
    await new Promise<void>((resolve) => this.#server.listen(this.socketPath, resolve));
  }

  async goAway(): Promise<void> {
    this.#followers.clear();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  run(name: string, more: { service?: string; logDriver?: string } = {}): FakeContainer {
    const id = Buffer.from(name).toString('hex').padEnd(64, '0');
    const container: FakeContainer = {
      id,
      name,
      ...more,
      log: [],
      isRunning: true,
      startedNanos: this.#tick(),
      finishedNanos: 0n,
      exitCode: 0,
    };
    this.containers.set(id, container);
    this.#event(container, 'start');
    return container;
  }

  /** The answer to a question for figures; those of a container that has not run are all nothing. */
  stats: (container: FakeContainer) => object = () => ({ read: '0001-01-01T00:00:00Z' });

  /** Lines with `sameTime` have the time of the line before. */
  write(container: FakeContainer, text: string, sameTime = false): void {
    if (!sameTime) this.#tick();
    const message = { nanos: this.#nanos, text: `${text}\n` };
    container.log.push(message);
    for (const follower of this.#followers.get(container.id) ?? []) follower.write(frame(message));
  }

  die(container: FakeContainer, exitCode: number): void {
    Object.assign(container, { isRunning: false, finishedNanos: this.#tick(), exitCode });
    this.#event(container, 'die', { exitCode: `${exitCode}` });
    for (const follower of this.#followers.get(container.id) ?? []) follower.end();
    this.#followers.delete(container.id);
  }

  startAgain(container: FakeContainer): void {
    Object.assign(container, { isRunning: true, startedNanos: this.#tick() });
    this.#event(container, 'start');
  }

  /** Now, and later than the last time. */
  #tick(): bigint {
    const now = BigInt(Date.now()) * 1_000_000n;
    this.#nanos = now > this.#nanos ? now : this.#nanos + 1_001n;
    return this.#nanos;
  }

  #event(container: FakeContainer, action: string, more: Record<string, string> = {}): void {
    const { id, name } = container;
    const nanos = this.#tick();
    const attributes = `{"name":"${name}","image":"shop:1"${Object.entries(more)
      .map(([key, value]) => `,"${key}":"${value}"`)
      .join('')}}`;
    const line = `{"Type":"container","Action":"${action}","Actor":{"ID":"${id}","Attributes":${attributes}},"timeNano":${nanos}}\n`;
    this.#events.push({ nanos, line });
    for (const follower of this.#followers.get('events') ?? []) follower.write(line);
  }

  #answer(url: URL, response: ServerResponse): void {
    const since = unixNanosOf(url.searchParams.get('since') ?? '0');
    if (url.pathname === '/events') {
      response.flushHeaders();
      for (const { nanos, line } of this.#events) if (nanos >= since) response.write(line);
      return this.#follow('events', response);
    }
    if (url.pathname === '/containers/json') {
      const running = [...this.containers.values()].filter(({ isRunning }) => isRunning);
      response.end(JSON.stringify(running.map(({ id }) => ({ Id: id }))));
      return;
    }
    const [, id = '', what] = /^\/containers\/([^/]+)\/(json|logs|stats)$/.exec(url.pathname) ?? [];
    const container = this.containers.get(id);
    if (container === undefined) {
      response.writeHead(404).end('{"message":"No such container"}');
    } else if (what === 'json') response.end(JSON.stringify(inspection(container)));
    else if (what === 'stats') response.end(JSON.stringify(this.stats(container)));
    else if (container.logDriver === 'none') {
      response
        .writeHead(501)
        .end('{"message":"configured logging driver does not support reading"}');
    } else {
      const until = unixNanosOf(url.searchParams.get('until') ?? '9999999999');
      response.flushHeaders();
      for (const message of container.log) {
        if (message.nanos >= since && message.nanos <= until) response.write(frame(message));
      }
      const isFollowed = url.searchParams.get('follow') === 'true' && container.isRunning;
      if (isFollowed) this.#follow(id, response);
      else response.end();
    }
  }

  #follow(what: string, response: ServerResponse): void {
    const followers = this.#followers.get(what) ?? new Set();
    this.#followers.set(what, followers.add(response));
    response.once('close', () => followers.delete(response));
  }
}

function inspection({ id, name, service, logDriver, ...state }: FakeContainer): object {
  return {
    Id: id,
    Name: `/${name}`,
    Config: {
      Image: 'shop:1',
      Tty: false,
      Labels: service === undefined ? {} : { 'com.docker.compose.service': service },
    },
    HostConfig: { LogConfig: { Type: logDriver ?? 'json-file' } },
    State: {
      Running: state.isRunning,
      StartedAt: rfc3339(state.startedNanos),
      FinishedAt: rfc3339(state.finishedNanos),
      ExitCode: state.exitCode,
    },
  };
}

function frame({ nanos, text }: { nanos: bigint; text: string }): Buffer {
  const payload = Buffer.from(`${rfc3339(nanos)} ${text}`);
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** Of `1795363200.000000001`. */
function unixNanosOf(text: string): bigint {
  const [seconds = '0', nanos = ''] = text.split('.');
  return (
    (unixNanos(new Date(Number(seconds) * 1e3).toISOString()) ?? 0n) + BigInt(nanos.padEnd(9, '0'))
  );
}
