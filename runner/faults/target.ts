import { readlinkSync } from 'node:fs';
import type { LabFolder } from '../lab-folder.ts';
import { didYouMean } from '../nearest.ts';
import { isRunning } from '../process-identity.ts';
import { UserError } from '../user-error.ts';
import { groupMembers, listeningPorts } from './proc.ts';

/** The node of the running lab that something is to be done to. */
export class Target {
  readonly node: string;
  readonly instance: string;
  readonly pid: number;
  /** Its process and what that has started. */
  readonly pids: readonly number[];
  /** Where it listens, by port. */
  readonly listens: readonly { readonly port: number; readonly host: string }[];
  readonly labPid: number;
  /** The firehose of its lab. */
  readonly log: string;
  readonly folder: LabFolder;

  /** Throws a UserError where no lab runs in the folder, or it has no such node that runs. */
  constructor(folder: LabFolder, node: string) {
    const lab = folder.running();
    if (lab === undefined) {
      throw new UserError('no lab runs in this folder: start one with `npm start`');
    }
    const known = lab.nodes.filter((each) => isRunning(each));
    const found = known.find((each) => each.node === node);
    if (found === undefined) {
      const names = known.map((each) => each.node);
      throw new UserError(`no node named ${node} runs here${didYouMean(node, names)}`);
    }
    this.node = node;
    this.instance = found.instance;
    this.pid = found.pid;
    this.pids = groupMembers(found.pid);
    this.listens = listeningPorts(this.pids);
    this.labPid = lab.pid;
    this.log = lab.log;
    this.folder = folder;
  }

  /** Where it works: its files are likely on the same disk. */
  get workingFolder(): string {
    try {
      return readlinkSync(`/proc/${this.pid}/cwd`);
    } catch {
      return this.folder.path;
    }
  }

  /** The first port it listens on. Throws a UserError where it listens on none, as far as can be known. */
  get listener(): { readonly port: number; readonly host: string } {
    const [first] = this.listens;
    if (first !== undefined) return first;
    throw new UserError(
      process.platform === 'linux'
        ? `${this.node} (pid ${this.pid}) listens on no port that can be seen from here: choose a node that does`
        : 'which port a node listens on is known on Linux only',
    );
  }

  /** SIGKILL to its process, if that is still the same one. */
  kill(): void {
    if (this.folder.running()?.nodes.some((each) => each.pid === this.pid && isRunning(each))) {
      process.kill(this.pid, 'SIGKILL');
    }
  }

  /** The node with the process that runs after this one; undefined if none does within `withinMs`, or the lab ends. */
  async successor(withinMs: number): Promise<Target | undefined> {
    const deadline = performance.now() + withinMs;
    while (performance.now() < deadline) {
      const lab = this.folder.running();
      if (lab === undefined) return undefined;
      const now = lab.nodes.find(({ node }) => node === this.node);
      if (now !== undefined && now.pid !== this.pid && isRunning(now)) {
        const next = new Target(this.folder, this.node);
        if (next.listens.length >= this.listens.length) return next;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return undefined;
  }
}

/** Between two looks whether the node is back. */
const LOOK_MS = 50;
