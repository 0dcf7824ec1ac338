import { connect, type Socket } from 'node:net';

const TIMEOUT_MS = 900;

/**
 * Tries to connect to ports of this machine, to learn whether that is refused:
 * the kernel counts refusals, but not of which port. Nothing is sent.
 */
export class ConnectionTries {
  readonly #trying = new Set<Socket>();
  #refused = new Map<number, boolean>();

  /** @param address where the port's listener is: `127.0.0.1:8080`, `[::1]:8080`, or of all interfaces */
  begin(address: string): void {
    const { hostname, port } = new URL(`tcp://${address}`);
    const host = hostname.replace(/^0\.0\.0\.0$/, '127.0.0.1').replace(/^\[(.*)\]$/, '$1');
    const socket = connect({ host: host === '::' ? '::1' : host, port: Number(port) });
    this.#trying.add(socket);
    const over = (isRefused: boolean): void => {
      this.#refused.set(Number(port), isRefused);
      socket.destroy();
    };
    socket
      .unref()
      .setTimeout(TIMEOUT_MS, () => socket.destroy())
      .once('connect', () => over(false))
      .once('error', ({ code }: NodeJS.ErrnoException) => over(code === 'ECONNREFUSED'))
      .once('close', () => this.#trying.delete(socket));
  }

  /** Of the tries that were over since the last time, by port, whether they were refused. */
  take(): ReadonlyMap<number, boolean> {
    const taken = this.#refused;
    this.#refused = new Map();
    return taken;
  }

  close(): void {
    for (const socket of this.#trying) socket.destroy();
  }
}
