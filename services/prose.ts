import type { Fields } from './logger.ts';
import type { Prose } from './text-log.ts';

/** What every service says, in words. */
export const serviceProse: Prose = {
  listening: ({ url }) => `Ready. Accepting connections on ${url}`,
  stopping: ({ signal }) => `Received ${signal}, shutting down gracefully`,
  stopped: () => 'Shutdown complete',
  'cannot start': () => 'Startup failed',
  crashed: () => 'Fatal: unexpected failure',
  'request started': ({ request }) => {
    const { method, path, client } = request as Asked;
    return `--> ${method} ${path} from ${client.address}`;
  },
  'request completed': (fields) => `<-- ${outcome(fields)}`,
  'request aborted': (fields) => `<-- client went away: ${outcome(fields)}`,
  'request refused': ({ user }) =>
    user === undefined ? 'Request rejected' : `Request of ${user} rejected`,
  'request failed': ({ user }) =>
    user === undefined ? 'Request failed' : `Request of ${user} failed`,
  'command accepted': ({ command }) => `Operator command ${command} executed`,
  'command refused': ({ expected }) => `Operator command not understood, expected ${expected}`,
};

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly client: { readonly address: string };
}

function outcome({ request, response, duration_ms }: Fields): string {
  const { method, path } = request as Asked;
  const { status, bytes } = response as { status: number; bytes: number };
  return `${method} ${path} ${status}, ${bytes} bytes in ${duration_ms} ms`;
}
