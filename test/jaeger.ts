import { accessSync, constants, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { freePorts } from './free-ports.ts';

export interface RealJaeger {
  /** For OTLP over HTTP. */
  readonly otlpUrl: string;
  /** Its collector's Thrift over HTTP. */
  readonly thriftUrl: string;
  /** Its query API and UI. */
  readonly queryUrl: string;
  /** Kills it, so that it forgets all. */
  kill(): Promise<void>;
  /** Starts it again on the same ports; resolves when it answers. */
  restart(): Promise<void>;
  /** Stops it and removes its files. */
  stop(): Promise<void>;
}

/**
 * A real Jaeger v2 with its storage in memory, on free loopback ports: the
 * binary of ONELOG_JAEGER_BIN, or `jaeger` on the PATH, or the reason why there
 * is none to test with.
 */
export async function startJaeger(): Promise<RealJaeger | { skip: string }> {
  const binary = findJaeger();
  if (!binary) return { skip: 'no Jaeger: set ONELOG_JAEGER_BIN, or put `jaeger` on the PATH' };
  const [otlp = 0, thrift = 0, query = 0, health = 0] = await freePorts(4);
  const folder = await mkdtemp(join(tmpdir(), 'one-log-jaeger-'));
  const config = join(folder, 'config.yaml');
  await writeFile(config, stringify(configuration({ otlp, thrift, query, health })));
  const queryUrl = `http://127.0.0.1:${query}`;

  const start = async () => {
    const running = execa(binary, ['--config', config], { reject: false, all: true });
    const failed = running.then(({ all }) => {
      throw new Error(`${binary} ended before it answered:\n${all.slice(-2000)}`);
    });
    failed.catch(() => {}); // it is killed in the end
    await Promise.race([answers(`http://127.0.0.1:${health}/status`), failed]);
    return async () => {
      running.kill('SIGKILL');
      await running;
    };
  };

  let kill = await start();
  return {
    otlpUrl: `http://127.0.0.1:${otlp}`,
    thriftUrl: `http://127.0.0.1:${thrift}`,
    queryUrl,
    kill: () => kill(),
    async restart() {
      kill = await start();
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}

function findJaeger(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [
    process.env['ONELOG_JAEGER_BIN'],
    ...folders.map((path) => join(path, 'jaeger')),
  ];
  return candidates.find((path) => path !== undefined && path !== '' && isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Resolves once the URL answers with success; asks anew as soon as it is refused. */
async function answers(url: string): Promise<void> {
  for (;;) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await setTimeout(50);
  }
}

/** The least that takes OTLP and Thrift and answers queries, from memory. */
function configuration(ports: { otlp: number; thrift: number; query: number; health: number }) {
  return {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query', 'healthcheckv2'],
      pipelines: {
        traces: {
          receivers: ['otlp', 'jaeger'],
          processors: ['batch'],
          exporters: ['jaeger_storage_exporter'],
        },
      },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
    },
    extensions: {
      jaeger_query: { storage: { traces: 'memory' }, http: at(ports.query), grpc: at(0) },
      jaeger_storage: { backends: { memory: { memory: { max_traces: 100_000 } } } },
      healthcheckv2: { use_v2: true, http: at(ports.health) },
    },
    receivers: {
      otlp: { protocols: { http: at(ports.otlp) } },
      jaeger: { protocols: { thrift_http: at(ports.thrift) } },
    },
    processors: { batch: { timeout: '50ms' } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  };
}

const at = (port: number) => ({ endpoint: `127.0.0.1:${port}` });
