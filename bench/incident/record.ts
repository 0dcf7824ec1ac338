import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { parseTruth } from '../../runner/faults/truth.ts';
import { freePorts } from '../../test/free-ports.ts';
import { plannedFaults, type PlannedFault } from './plan.ts';
import type { Recording } from './recording.ts';

const ONELOG = fileURLToPath(new URL('../../runner/onelog.ts', import.meta.url));

export interface RecordOptions {
  readonly faults: number;
  readonly seed: number;
  readonly decoys: number;
  /** Requests a second of the synthetic shoppers. */
  readonly traffic: number;
  readonly gapSeconds: number;
  /** Undefined for as long as the faults took. */
  readonly quietSeconds: number | undefined;
}

/** Operations need a past to be compared with. */
const WARM_UP_SECONDS = 60;
/** Between the faults' end and the quiet time, which is to know nothing of them. */
const SETTLE_SECONDS = 30;

/**
 * Runs a lab of its own under traffic, does faults with decoys to it with quiet
 * gaps between, then leaves it alone. Kinds that this machine does not permit
 * are left out and said. Its files are in the folder, which is to be empty.
 */
export async function record(folder: string, options: RecordOptions): Promise<Recording> {
  const lab = await startLab(folder, options.traffic);
  try {
    await wait(WARM_UP_SECONDS * 1e3);
    const faultsFrom = Date.now() / 1e3;
    await doFaults(folder, options);
    const took = Date.now() / 1e3 - faultsFrom;
    await wait(SETTLE_SECONDS * 1e3);
    const quietFrom = Date.now() / 1e3;
    const quietSeconds = options.quietSeconds ?? took;
    say(`quiet for ${Math.round(quietSeconds)} s`);
    await wait(quietSeconds * 1e3);
    const quietTo = Date.now() / 1e3;
    const truth = parseTruth(readFileSync(join(folder, '.onelog', 'faults.ndjson'), 'utf8'));
    const log = join(folder, '.onelog', 'firehose.ndjson');
    return { log, truth, faultsFrom, quietFrom, quietTo };
  } finally {
    lab.kill('SIGINT');
    if (lab.exitCode === null) await new Promise((resolve) => lab.once('exit', resolve));
  }
}

async function startLab(cwd: string, traffic: number): Promise<ChildProcess> {
  const [petstore, payment, page, osquery] = await freePorts(4);
  const options = {
    jaeger: 'embedded',
    'petstore-port': petstore,
    'payment-port': payment,
    'page-port': page,
    'osquery-port': osquery,
    'log-max-size': 0,
    traffic,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const lab = spawn(process.execPath, [ONELOG, 'run', ...args], { cwd, stdio: 'ignore' });
  lab.once('exit', (code) => {
    if (code !== 0) say(`the lab exited with ${code}`);
  });
  process.once('exit', () => lab.kill('SIGINT'));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
  say(`lab in ${cwd} (pid ${lab.pid}), ${traffic} requests a second`);
  return lab;
}

async function doFaults(cwd: string, options: RecordOptions): Promise<void> {
  const leftOut = new Set<string>();
  let done = 0;
  for (const planned of plannedFaults(options.seed, options.decoys)) {
    if (done === options.faults) return;
    if (leftOut.has(planned.kind)) continue;
    const why = await doFault(cwd, planned);
    if (why === undefined) {
      const { kind, node, size = '', seconds } = planned;
      say(`${++done}/${options.faults} ${kind} ${size} on ${node} for ${seconds} s`);
      await wait(options.gapSeconds * 1e3);
    } else {
      leftOut.add(planned.kind);
      say(`without ${planned.kind}: ${why}`);
    }
  }
}

/** Why it is not permitted here, if so. Throws if it failed otherwise. */
async function doFault(cwd: string, planned: PlannedFault): Promise<string | undefined> {
  const { kind, node, size, seconds, decoys, seed } = planned;
  const options = { node, ...(size !== undefined && { size }), for: `${seconds}s`, decoys, seed };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const { exitCode, stderr } = await execa(process.execPath, [ONELOG, 'fault', kind, ...args], {
    cwd,
    reject: false,
    stdin: 'ignore',
    env: { NO_COLOR: '1' },
  });
  if (exitCode === 0) return undefined;
  if (exitCode === 2) return stderr.trim();
  throw new Error(`onelog fault ${kind} exited with ${exitCode}: ${stderr}`);
}

/** Progress goes to stderr: stdout has the figures. */
const say = (message: string): void => void process.stderr.write(`${message}\n`);
