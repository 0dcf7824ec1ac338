import { namesIn, processIds } from './proc.ts';
import { readLink } from './read-text.ts';

/** Who has a socket open. */
export interface Holder {
  readonly pid: number;
  readonly fd: number;
}

/** So long a socket that nobody was found to hold is not looked for again. */
const UNHELD_MS = 10_000;

/**
 * Which process holds a socket, by the socket's inode: `/proc/PID/fd/FD` links to
 * `socket:[INODE]`. To read all those links costs more than all else, so a holder
 * that was found is only asked whether it still is one, and all are read again
 * when that fails or a socket is new.
 */
export class SocketHolders {
  #holders = new Map<number, Holder>();
  /** Sockets that were looked for in vain. */
  #unheld: ReadonlySet<number> = new Set();
  /** When all links were read last, in monotonic ms. */
  #scannedMs = -Infinity;

  /** The holders of these sockets that there are now; of several, any. */
  of(inodes: ReadonlySet<number>): ReadonlyMap<number, Holder> {
    const isOld = performance.now() - this.#scannedMs >= UNHELD_MS;
    for (const inode of inodes) {
      if (this.#isKnown(inode, isOld)) continue;
      this.#scan();
      this.#unheld = inodes.difference(this.#holders);
      break;
    }
    return this.#holders;
  }

  #isKnown(inode: number, isOld: boolean): boolean {
    const holder = this.#holders.get(inode);
    if (holder === undefined) return !isOld && this.#unheld.has(inode);
    return readLink(`/proc/${holder.pid}/fd/${holder.fd}`) === `socket:[${inode}]`;
  }

  #scan(): void {
    this.#holders = new Map();
    this.#scannedMs = performance.now();
    for (const pid of processIds()) {
      const folder = `/proc/${pid}/fd`;
      for (const fd of namesIn(folder)) {
        const link = readLink(`${folder}/${fd}`);
        if (link?.startsWith('socket:[') !== true) continue;
        this.#holders.set(Number(link.slice(8, -1)), { pid: Number(pid), fd: Number(fd) });
      }
    }
  }
}
