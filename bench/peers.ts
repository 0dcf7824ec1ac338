import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../test/free-ports.ts';
import { median, report, thousands } from './measure.ts';
import { writeStoredLog } from './stored-log.ts';

const ONELOG = fileURLToPath(new URL('../runner/onelog.ts', import.meta.url));
const LINES = 1_000_000;
const RUNS = 3;

/** A run's clock seconds, and the CPU seconds of the process and all that it started. */
interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/**
 * Other programs that read the same log, beside `onelog spans`, which makes
 * spans of it: jq that picks the fields of traces, and an OpenTelemetry
 * Collector whose filelog receiver parses JSON and trace ids and exports
 * nothing. ONELOG_OTELCOL_BIN names a Collector that has the filelog receiver
 * and the nop exporter.
 */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'one-log-bench-'));
  const file = join(folder, 'firehose.ndjson');
  const { lines } = writeStoredLog(file, LINES);
  const collector = process.env['ONELOG_OTELCOL_BIN'];
  const ours: Cost[] = [];
  const jq: Cost[] = [];
  const otel: Cost[] = [];
  for (let run = 0; run < RUNS; run++) {
    ours.push(await cost([process.execPath, ONELOG, 'spans', file]));
    jq.push(await cost(['jq', '-c', '{t:.log.trace_id,s:.log.span_id,m:.log.msg}', file]));
    if (collector !== undefined) otel.push(await collectorCost(collector, folder, file, lines));
  }
  row('onelog spans', lines, ours, ours);
  row('jq -c, trace fields picked', lines, jq, ours);
  if (collector !== undefined) row('OpenTelemetry Collector, parsed only', lines, otel, ours);
  else report('OpenTelemetry Collector, parsed only', 'not run', 'ONELOG_OTELCOL_BIN names none');
  rmSync(folder, { recursive: true });
}

function row(what: string, lines: number, costs: readonly Cost[], ours: readonly Cost[]): void {
  const wall = median(costs.map((cost) => lines / cost.wall));
  const cpu = median(costs.map((cost) => lines / cost.cpu));
  const times = median(costs.map((cost, run) => cost.wall / (ours[run]?.wall ?? cost.wall)));
  report(
    what,
    `${thousands(wall)} lines/s`,
    `${thousands(cpu)} lines/CPU-s` +
      (costs === ours ? '' : `, onelog ${times.toFixed(1)} × as fast`),
  );
}

/** Of a command that ends by itself; what it prints is thrown away. */
async function cost(command: readonly string[]): Promise<Cost> {
  const child = timed(command);
  return child.cost;
}

/** Runs a command under a shell that then tells its CPU seconds by POSIX's `times`. */
function timed(command: readonly string[]): { readonly cost: Promise<Cost>; stop(): void } {
  const began = performance.now();
  const child = spawn(
    'sh',
    [
      '-c',
      'trap : TERM; "$@" >/dev/null 2>&1 & trap "kill $!" TERM; wait $!; wait; times',
      'sh',
      ...command,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const run = async (): Promise<Cost> => {
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    await once(child, 'close');
    // The shell's own times, then its children's: 0m1.25s 0m0.5s
    const seconds = [...printed.matchAll(/(\d+)m([\d.]+)s/g)]
      .slice(2)
      .map(([, minutes, rest]) => Number(minutes) * 60 + Number(rest));
    return {
      wall: (performance.now() - began) / 1e3,
      cpu: seconds.reduce((sum, second) => sum + second, 0),
    };
  };
  return { cost: run(), stop: () => child.kill('SIGTERM') };
}

/** A Collector does not end at the file's end: it is stopped when it has taken all lines. */
async function collectorCost(
  program: string,
  folder: string,
  file: string,
  lines: number,
): Promise<Cost> {
  const [port = 0] = await freePorts(1);
  const config = join(folder, 'collector.json');
  writeFileSync(config, JSON.stringify(collectorConfig(file, port)));
  const child = timed([program, '--config', config]);
  const ended = { isTrue: false };
  void child.cost.then(() => (ended.isTrue = true));
  while ((await accepted(port)) < lines) {
    if (ended.isTrue) throw new Error(`${program} ended early; it needs filelog and nop`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.stop();
  return child.cost;
}

const collectorConfig = (file: string, port: number): object => ({
  receivers: {
    filelog: {
      include: [file],
      start_at: 'beginning',
      operators: [
        { type: 'json_parser' },
        {
          type: 'trace_parser',
          trace_id: { parse_from: 'attributes.log.trace_id' },
          span_id: { parse_from: 'attributes.log.span_id' },
        },
      ],
    },
  },
  exporters: { nop: {} },
  service: {
    pipelines: { logs: { receivers: ['filelog'], exporters: ['nop'] } },
    telemetry: {
      metrics: {
        level: 'basic',
        readers: [{ pull: { exporter: { prometheus: { host: '127.0.0.1', port } } } }],
      },
    },
  },
});

/** How many lines it has taken so far, by its own metrics. */
async function accepted(port: number): Promise<number> {
  try {
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return Number(/^otelcol_receiver_accepted_log_records\S* (\S+)$/m.exec(metrics)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
