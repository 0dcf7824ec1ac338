import { execa } from 'execa';

/** Of the connections at a port, over the time between two calls of `ss`. */
export interface PortStatistics {
  /** The median of those that were used. */
  readonly rttMs: number | undefined;
  /** Segments sent again. */
  readonly retransmits: number;
  /** How long that took. */
  readonly seconds: number;
}

/** Starting a program costs; the kernel's own tables tell the rest each time. */
const EVERY_SECONDS = 5;
const MAX_OUTPUT_CHARACTERS = 2 ** 20;

/**
 * What `ss` (iproute2) tells of the connections at some ports, where it is
 * installed: round trips and retransmits are in no file of `/proc`.
 */
export class SocketStatistics {
  #seconds = 0;
  readonly #closing = new AbortController();
  #isRunning = false;
  #isMissing = false;
  #retransmits: ReadonlyMap<string, number> | undefined;
  #found: ReadonlyMap<number, PortStatistics> | undefined;

  /**
   * Asks now and then.
   * @param seconds since the last call of this
   * @returns what was found since then, once
   */
  take(seconds: number, ports: readonly number[]): ReadonlyMap<number, PortStatistics> | undefined {
    this.#seconds += seconds;
    const isDue = this.#seconds >= EVERY_SECONDS && !this.#isRunning;
    if (isDue && !this.#isMissing && ports.length > 0) void this.#ask(ports);
    const found = this.#found;
    this.#found = undefined;
    return found;
  }

  close(): void {
    this.#closing.abort();
  }

  async #ask(ports: readonly number[]): Promise<void> {
    const seconds = this.#seconds;
    this.#seconds = 0;
    this.#isRunning = true;
    const wanted = ports.map((port) => `sport = :${port} or dport = :${port}`).join(' or ');
    const args = ['-tinH', 'state', 'established', `( ${wanted} )`];
    const { failed, code, stdout } = await execa('ss', args, {
      reject: false,
      stdin: 'ignore',
      maxBuffer: MAX_OUTPUT_CHARACTERS,
      timeout: EVERY_SECONDS * 1e3,
      cancelSignal: this.#closing.signal,
    });
    this.#isRunning = false;
    if (code === 'ENOENT') this.#isMissing = true;
    if (!failed) this.#take(parseConnections(stdout), ports, seconds);
  }

  #take(connections: readonly Connection[], ports: readonly number[], seconds: number): void {
    const before = this.#retransmits;
    this.#retransmits = new Map(connections.map(({ name, retransmits }) => [name, retransmits]));
    this.#found = new Map(
      ports.map((port) => {
        const here = connections.filter((connection) => connection.ports.includes(port));
        const retransmits = here.reduce(
          (sum, { name, retransmits: all }) => sum + Math.max(0, all - (before?.get(name) ?? 0)),
          0,
        );
        const rtts = here.flatMap(({ isIdle, rttMs }) => (isIdle ? [] : (rttMs ?? [])));
        rtts.sort((a, b) => a - b);
        // What was sent again before the first look is not of it.
        return [
          port,
          {
            rttMs: rtts[rtts.length >> 1],
            retransmits: before === undefined ? 0 : retransmits,
            seconds: Math.round(seconds),
          },
        ];
      }),
    );
  }
}

interface Connection {
  readonly name: string;
  readonly ports: readonly number[];
  readonly rttMs: number | undefined;
  readonly retransmits: number;
  readonly isIdle: boolean;
}

/**
 * Two lines a connection:
 * ```
 * 0      0      127.0.0.1:8080      127.0.0.1:40212
 * 	 cubic wscale:7,7 rto:201 rtt:0.031/0.015 … lastsnd:120 lastrcv:120 … retrans:0/2 …
 * ```
 */
export function parseConnections(text: string): Connection[] {
  return [...text.matchAll(/^\d+ +\d+ +(\S+) +(\S+).*\n[ \t]+(.*)$/gm)].map(
    ([, local = '', remote = '', details = '']) => {
      const number = (pattern: RegExp): number | undefined => {
        const [, digits] = pattern.exec(details) ?? [];
        return digits === undefined ? undefined : Number(digits);
      };
      return {
        name: `${local} ${remote}`,
        ports: [local, remote].map((address) =>
          Number(address.slice(address.lastIndexOf(':') + 1)),
        ),
        rttMs: number(/\brtt:([\d.]+)/),
        retransmits: number(/\bretrans:\d+\/(\d+)/) ?? 0,
        isIdle: (number(/\blastsnd:(\d+)/) ?? 0) > EVERY_SECONDS * 1e3,
      };
    },
  );
}
