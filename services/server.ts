import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { Door } from './door.ts';
import type { Logger } from './logger.ts';

/** How long answers under way may take once the service is to stop, in ms. */
const STOP_MS = 1000;

interface Service {
  readonly host: string;
  /** 0 takes a free one; the log says which. */
  readonly port: number;
  readonly log: Logger;
  /** By which others can have it listen or not. */
  readonly door: Door;
  /** Makes what answers requests; called once the port is this process's alone. */
  open(): RequestListener;
  /** Puts away what `open` took, after the last answer. */
  close?(): void;
}

/**
 * Serves until SIGTERM or SIGINT, then finishes what is under way and ends the
 * process with 0; what takes longer than STOP_MS is cut off. A port that is taken, or whatever `open` throws, is one line
 * in the log, and 1.
 */
export async function serve({ host, port, log, door, open, close }: Service): Promise<never> {
  logCrash(log);
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    // No request is read before this turn is over.
    server.on('request', open());
  } catch (error) {
    log.error('cannot start', { host, port }, explained(error, host, port));
    process.exit(1);
  }
  const { port: opened } = server.address() as AddressInfo;
  door.belongsTo(server, host, opened);
  log.info('listening', { host, port: opened, url: `http://${host}:${opened}` });
  const signal = await firstSignal();
  log.info('stopping', { signal });
  await stop(server);
  close?.();
  log.info('stopped');
  process.exit(0);
}

/** Both come where a terminal and a parent tell it; the second changes nothing. */
function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, resolve);
  });
}

/** What ends a process without its will is in its log too; Node then ends it. */
function logCrash(log: Logger): void {
  process.on('uncaughtExceptionMonitor', (error) => log.error('crashed', {}, error));
}

function explained(error: unknown, host: string, port: number): Error {
  const cause = error as NodeJS.ErrnoException;
  if (cause.code !== 'EADDRINUSE') return cause;
  return new Error(
    `port ${port} of ${host} is taken; stop who listens there or give another --port`,
  );
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  const deadline = setTimeout(() => server.closeAllConnections(), STOP_MS);
  await closed;
  clearTimeout(deadline);
}
