import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { executableName } from './executable.ts';
import type { LabProcess } from './lab-process.ts';
import { parseProcessStat } from './process-stat.ts';
import { tryReadProc } from './proc-file.ts';

/** Who holds a socket. */
export interface SocketOwner {
  readonly pid: number;
  readonly process: string;
  /** The node of the lab whose process it is, or has started it. */
  readonly node: string | undefined;
}

/**
 * Who holds sockets, by their inodes. Looking takes a reading of all that is
 * open on the machine, so each socket is looked for once.
 */
export class SocketOwners {
  readonly #proc: string;
  readonly #lab: () => readonly LabProcess[];
  #owners = new Map<string, SocketOwner | undefined>();

  constructor(proc: string, lab: () => readonly LabProcess[]) {
    this.#proc = proc;
    this.#lab = lab;
  }

  /** The owners of these sockets; those that are not for us to see are missing. All others are forgotten. */
  of(inodes: readonly string[]): ReadonlyMap<string, SocketOwner | undefined> {
    const wanted = new Set(inodes.filter((inode) => !this.#owners.has(inode)));
    const found = wanted.size === 0 ? new Map<string, SocketOwner>() : this.#find(wanted);
    this.#owners = new Map(
      inodes.map((inode) => [inode, this.#owners.get(inode) ?? found.get(inode)]),
    );
    return this.#owners;
  }

  #find(wanted: ReadonlySet<string>): Map<string, SocketOwner> {
    const found = new Map<string, SocketOwner>();
    for (const name of this.#likelyFirst()) {
      for (const inode of this.#socketsOf(name)) {
        if (wanted.has(inode) && !found.has(inode)) found.set(inode, this.#describe(Number(name)));
      }
      if (found.size === wanted.size) break;
    }
    return found;
  }

  #likelyFirst(): string[] {
    const lab = this.#lab().map(({ pid }) => `${pid}`);
    const all = readdirSync(this.#proc).filter((name) => /^\d+$/.test(name));
    return [...new Set([...lab, ...all])];
  }

  #socketsOf(pid: string): string[] {
    const folder = join(this.#proc, pid, 'fd');
    try {
      return readdirSync(folder).flatMap((fd) => {
        const [, inode] = /^socket:\[(\d+)\]$/.exec(linkOf(join(folder, fd))) ?? [];
        return inode ?? [];
      });
    } catch {
      return []; // another user's, or gone
    }
  }

  #describe(pid: number): SocketOwner {
    const roots = new Map(this.#lab().map((process) => [process.pid, process.node]));
    const stat = parseProcessStat(tryReadProc(join(this.#proc, `${pid}`, 'stat')));
    let forebear = stat;
    while (forebear !== undefined && forebear.pid > 1 && !roots.has(forebear.pid)) {
      forebear = parseProcessStat(tryReadProc(join(this.#proc, `${forebear.parent}`, 'stat')));
    }
    const node = roots.get(forebear?.pid ?? 0) ?? roots.get(stat?.group ?? 0);
    return { pid, process: executableName(this.#proc, pid, stat?.comm ?? 'unknown'), node };
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // closed meanwhile
  }
}
