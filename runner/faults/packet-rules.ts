import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { execa } from 'execa';
import { UserError } from '../user-error.ts';
import { networkNamespace } from './proc.ts';
import type { Target } from './target.ts';

/** nft has read a rule long before. */
const APPLIED_MS = 3_000;
const LOOK_MS = 20;

/**
 * Rules of the packet filter for one port of the lab, in a table that the
 * kernel takes away as soon as the process that made it is gone (nft(8), "flags
 * owner"): that is an `nft` that waits for more on its stdin, which closes with us.
 */
export class PacketRules {
  readonly pid: number;
  readonly ended: Promise<unknown>;
  readonly #nft: ChildProcess;

  private constructor(nft: ChildProcess, pid: number) {
    this.#nft = nft;
    this.pid = pid;
    this.ended = once(nft, 'exit');
  }

  /**
   * Resolves when the rules (nft's language, each about a `tcp dport` or `tcp sport`)
   * are in force for what comes in. Rejects with a UserError where there is no nft, or it may not.
   */
  static async start(target: Target, kind: string, rules: readonly string[]): Promise<PacketRules> {
    if (process.platform !== 'linux') throw new UserError(`${kind}: packet filters are Linux's`);
    const table = `inet one_log_${process.pid}`;
    const [program, ...args] = inNamespaceOf(target, ['nft', '-i']);
    const nft = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
    let said = '';
    nft.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    nft.stdin?.on('error', () => {});
    const failed = new Promise<string>((resolve) => {
      nft.once('error', (error) => resolve(error.message));
      nft.once('exit', () => resolve(said));
    });
    nft.stdin?.write(
      [
        `add table ${table} { flags owner; }`,
        `add chain ${table} input { type filter hook input priority 0; }`,
        ...rules.map((rule) => `add rule ${table} input ${rule}`),
        '',
      ].join('\n'),
    );
    const trouble = await Promise.race([failed, inForce(target, table, rules.length, () => said)]);
    if (trouble !== undefined || nft.pid === undefined) {
      nft.kill();
      throw new UserError(
        `${kind}: needs nft and the right to change the packet filter (as root, or in a namespace of the lab's own: unshare -rn); it said: ${(trouble ?? '').trim().split('\n')[0] || 'nothing'}`,
      );
    }
    return new PacketRules(nft, nft.pid);
  }

  async stop(): Promise<void> {
    if (this.#nft.exitCode === null && this.#nft.signalCode === null) this.#nft.kill();
    await this.ended;
  }
}

/** A command so that it sees the lab's network. */
export function inNamespaceOf(
  { labPid }: Target,
  command: readonly string[],
): [string, ...string[]] {
  const isOurs = networkNamespace(labPid) === networkNamespace('self');
  const [program = '', ...args] = command;
  return isOurs
    ? [program, ...args]
    : ['nsenter', '--target', `${labPid}`, '--net', '--', program, ...args];
}

/** Resolves with what nft said, or undefined once all the rules are there. */
async function inForce(
  target: Target,
  table: string,
  rules: number,
  said: () => string,
): Promise<string | undefined> {
  const deadline = performance.now() + APPLIED_MS;
  const [program, ...args] = inNamespaceOf(target, ['nft', 'list', 'table', ...table.split(' ')]);
  while (performance.now() < deadline && said() === '') {
    const { stdout, failed } = await execa(program, args, { reject: false, stdin: 'ignore' });
    if (!failed && (stdout.match(/\btcp [ds]port\b/g) ?? []).length === rules) return undefined;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return said() || 'its rules are not in force';
}
