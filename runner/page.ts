import { existsSync } from 'node:fs';
import { TraceStore } from '../export/trace-store.ts';
import { startPage } from '../web/server.ts';
import { holderOf } from './port-holder.ts';
import { UserError } from './user-error.ts';

/** Opens the embedded store, with a sentence for the user where that cannot be. */
export function openStore(path: string): TraceStore {
  try {
    return new TraceStore(path);
  } catch (error) {
    throw new UserError((error as Error).message);
  }
}

/**
 * Serves the page over a store. Throws a UserError where the port is taken, and
 * for an address beyond loopback anywhere but in a container, whose own loopback
 * nobody could reach: its port is to be published on the host's.
 */
export async function openPage(
  store: TraceStore,
  port: number,
  host = '127.0.0.1',
): Promise<Awaited<ReturnType<typeof startPage>>> {
  try {
    return await startPage({ store, port, host: pageHost(host), isContained: isContained() });
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? `port ${port} is taken${await holderOf(port)}` : message;
    throw new UserError(`page: ${why} (--page-port)`);
  }
}

function pageHost(host: string): '127.0.0.1' | '::1' | '0.0.0.0' {
  if (host === '127.0.0.1' || host === '::1') return host;
  if (host === '0.0.0.0' && isContained()) return host;
  throw new UserError(
    `--page-host: expected 127.0.0.1 or ::1 (0.0.0.0 in a container alone): logs are not for the network; got ${JSON.stringify(host)}`,
  );
}

/** By the files that Docker and Podman put into their containers. */
const isContained = (): boolean => existsSync('/.dockerenv') || existsSync('/run/.containerenv');
