import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { signalGroup } from './process-group.ts';
import { identify, isRunning } from './process-identity.ts';
import { UserError } from './user-error.ts';

const identity = z.object({ pid: z.int().positive(), startTicks: z.string().optional() });

const runFile = z.object({
  ...identity.shape,
  startedAt: z.string(),
  nodes: z.array(z.object({ ...identity.shape, node: z.string(), instance: z.string() })),
  urls: z.record(z.string(), z.string()),
  log: z.string(),
});

type RunFile = z.infer<typeof runFile>;

/** What others can learn of the running lab; process identities are added to it. */
export interface RunInfo {
  readonly startedAt: string;
  readonly nodes: readonly {
    readonly node: string;
    readonly instance: string;
    readonly pid: number;
  }[];
  readonly urls: Readonly<Record<string, string>>;
  readonly log: string;
}

/** `.onelog/` in the working directory: where things are while the lab runs. Mode 0700. */
export class LabFolder {
  readonly path: string;

  constructor(workingDirectory: string) {
    this.path = join(workingDirectory, '.onelog');
  }

  get defaultLog(): string {
    return join(this.path, 'firehose.ndjson');
  }

  get store(): string {
    return join(this.path, 'traces.sqlite');
  }

  get spool(): string {
    return join(this.path, 'spool');
  }

  /** Certificates and node keys of the osquery server, and what its agent keeps. */
  get osquery(): string {
    return join(this.path, 'osquery');
  }

  /** Relative to the working directory where that is the same: a socket's path may be only about 100 bytes long. */
  get controlSocket(): string {
    return process.cwd() === join(this.path, '..')
      ? join('.onelog', 'control.sock')
      : join(this.path, 'control.sock');
  }

  /**
   * Makes the folder ours. Throws a UserError if a lab runs here already.
   * Processes that a runner left behind when it was killed are ended.
   * @returns the names of the nodes ended so
   */
  claim(): string[] {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    chmodSync(this.path, 0o700);
    const last = this.#read();
    if (last === undefined) return [];
    if (isRunning(last)) {
      throw new UserError(
        `a lab already runs here (pid ${last.pid}, since ${last.startedAt}): stop it, or start this one in another folder`,
      );
    }
    // Only where it is certain that the pid is still theirs.
    const orphans = last.nodes.filter((node) => node.startTicks !== undefined && isRunning(node));
    for (const { pid } of orphans) signalGroup(pid, 'SIGKILL');
    this.release();
    return orphans.map(({ node, pid }) => `${node} (pid ${pid})`);
  }

  /** Says what runs. Replaces what was said before in one step. */
  announce(info: RunInfo): void {
    const content: RunFile = {
      ...identify(process.pid),
      ...info,
      nodes: info.nodes.map((node) => ({ ...node, ...identify(node.pid) })),
    };
    const next = `${this.#runFile}.next`;
    writeFileSync(next, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(next, this.#runFile);
  }

  /** The lab that runs here now, if one does. */
  running(): RunFile | undefined {
    const last = this.#read();
    return last !== undefined && isRunning(last) ? last : undefined;
  }

  release(): void {
    rmSync(this.#runFile, { force: true });
    rmSync(this.controlSocket, { force: true });
  }

  get #runFile(): string {
    return join(this.path, 'run.json');
  }

  #read(): RunFile | undefined {
    try {
      return runFile.parse(JSON.parse(readFileSync(this.#runFile, 'utf8')));
    } catch {
      return undefined; // absent, or torn by a crash: nothing is known
    }
  }
}
