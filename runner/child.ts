import { hostname } from 'node:os';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import type { Firehose, Source } from '../log/firehose.ts';
import { instanceId } from '../log/wire.ts';
import { LineSplitter } from '../stream/line-splitter.ts';
import type { NodeSpec } from './config.ts';
import { groupIsAlive, signalGroup } from './process-group.ts';
import { UserError } from './user-error.ts';

/** How a process ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** After the process's exit, how long its pipes may be silent before a grandchild that holds them is not waited for. */
const PIPE_SILENCE_MS = 500;
/** What a SIGKILL leaves for longer is dead, and in a group only since nobody has asked for how it ended (a container without an init). */
const AFTER_KILL_MS = 2_000;

/**
 * One process of the lab, in a process group of its own, with its output going
 * into the firehose. It is started by `startChild`.
 */
export class Child {
  readonly node: string;
  readonly instance: string;
  readonly pid: number;
  /** Resolves when the process is gone and all it wrote is in the firehose; never rejects. */
  readonly exited: Promise<ChildExit>;
  readonly #subprocess: Subprocess;
  #paused = false;
  #hasExited = false;

  constructor(
    spec: NodeSpec,
    subprocess: Subprocess,
    pid: number,
    source: Source,
    maxLineBytes: number,
  ) {
    this.node = spec.name;
    this.instance = source.instance;
    this.pid = pid;
    this.#subprocess = subprocess;
    // A process that closes its stdin is no error of ours.
    subprocess.stdin.on('error', () => {});
    const pipes = [
      this.#pump(subprocess.stdout, 'stdout', source, maxLineBytes),
      this.#pump(subprocess.stderr, 'stderr', source, maxLineBytes),
    ];
    this.exited = new Promise((resolve) => {
      subprocess.nodeChildProcess.once('exit', (code, signal) => {
        this.#hasExited = true;
        const exit = { code, signal };
        void Promise.all(pipes.map((pipe) => pipe.drained())).then(() => resolve(exit));
      });
    });
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** Writes one line to the process's stdin. Gives false if it is gone. */
  send(line: string): boolean {
    const { stdin } = this.#subprocess;
    if (this.#hasExited || !stdin.writable) return false;
    stdin.write(`${line}\n`);
    return true;
  }

  /** Stops reading the process's output; once its pipe is full it waits. */
  pause(): void {
    this.#paused = true;
    this.#subprocess.stdout.pause();
    this.#subprocess.stderr.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#subprocess.stdout.resume();
    this.#subprocess.stderr.resume();
  }

  /** SIGTERM to the whole group, SIGKILL to what is left of it after `graceMs`. Resolves when none is left. */
  async stop(graceMs: number): Promise<void> {
    signalGroup(this.pid, 'SIGTERM');
    await this.#groupGone(graceMs);
    this.kill();
    await this.#groupGone(AFTER_KILL_MS);
    await this.exited;
  }

  async #groupGone(withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (groupIsAlive(this.pid) && Date.now() < deadline) await delay(10);
  }

  /** SIGKILL to the whole group, at once. */
  kill(): void {
    signalGroup(this.pid, 'SIGKILL');
  }

  #pump(
    stream: Readable,
    name: string,
    source: Source,
    maxLineBytes: number,
  ): { drained: () => Promise<void> } {
    const splitter = new LineSplitter(maxLineBytes);
    let lastDataMs = Date.now();
    const closed = new Promise<void>((resolve) => {
      stream.once('close', () => {
        source.write(name, splitter.end());
        resolve();
      });
    });
    stream.on('data', (chunk: Buffer) => {
      lastDataMs = Date.now();
      source.write(name, splitter.push(chunk));
    });
    stream.on('error', () => stream.destroy());
    const drained = async (): Promise<void> => {
      lastDataMs = Date.now();
      while (!stream.closed) {
        await Promise.race([closed, delay(50)]);
        if (this.#paused) lastDataMs = Date.now();
        else if (Date.now() - lastDataMs > PIPE_SILENCE_MS) stream.destroy();
      }
      await closed;
    };
    return { drained };
  }
}

/**
 * Starts a process and waits until the operating system has it. Its
 * environment names it to the instrumentation (`ONELOG_NODE`,
 * `ONELOG_STARTED`). Throws a UserError if it cannot be started.
 */
export async function startChild(
  spec: NodeSpec,
  firehose: Firehose,
  maxLineBytes: number,
): Promise<Child> {
  const started = Math.floor(Date.now() / 1e3);
  const subprocess = spawn(spec, started);
  const { pid } = subprocess;
  if (pid === undefined) {
    const { shortMessage, originalMessage } = await subprocess;
    throw new UserError(
      `${spec.name}: cannot start \`${spec.command}\` in ${spec.cwd}: ${originalMessage ?? shortMessage}`,
    );
  }
  const instance = instanceId(spec.name, hostname(), pid, started);
  return new Child(spec, subprocess, pid, firehose.source(spec.name, instance), maxLineBytes);
}

function spawn(spec: NodeSpec, started: number) {
  return execa(spec.command, spec.args, {
    cwd: spec.cwd,
    env: { ONELOG_NODE: spec.name, ONELOG_STARTED: `${started}`, ...spec.env },
    preferLocal: true,
    localDir: spec.cwd,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    // A group of its own: Ctrl+C in the terminal reaches the runner alone, which stops the group.
    detached: process.platform !== 'win32',
    cleanup: false,
    buffer: false,
    reject: false,
  });
}

type Subprocess = ReturnType<typeof spawn>;

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
