import { TraceStore } from '../export/trace-store.ts';
import { startPage } from '../web/server.ts';
import { holderOf } from './supervisor.ts';
import { UserError } from './user-error.ts';

/** Opens the embedded store, with a sentence for the user where that cannot be. */
export function openStore(path: string): TraceStore {
  try {
    return new TraceStore(path);
  } catch (error) {
    throw new UserError((error as Error).message);
  }
}

/** Serves the page over a store, with a sentence for the user where the port is taken. */
export async function openPage(
  store: TraceStore,
  port: number,
): Promise<Awaited<ReturnType<typeof startPage>>> {
  try {
    return await startPage({ store, port, host: '127.0.0.1' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? `port ${port} is taken${await holderOf(port)}` : message;
    throw new UserError(`page: ${why} (--page-port)`);
  }
}
