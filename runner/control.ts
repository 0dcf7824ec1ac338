import { rmSync } from 'node:fs';
import { createServer, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { UserError } from './user-error.ts';

/** A command for a service is short. */
const MAX_BODY_BYTES = 64 * 1024;

export interface ControlServer {
  close(): Promise<void>;
}

/**
 * The running lab's control socket, for this user alone (the folder is mode
 * 0700): `POST /nodes/NAME/stdin` writes the body's one line to that process.
 */
export async function serveControl(
  path: string,
  send: (node: string, line: string) => boolean,
): Promise<ControlServer> {
  rmSync(path, { force: true });
  const server = createServer((incoming, outgoing) => {
    void answer(incoming, send).then(([status, message]) => {
      outgoing.writeHead(status, { 'content-type': 'text/plain' }).end(message);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  incoming: IncomingMessage,
  send: (node: string, line: string) => boolean,
): Promise<[status: number, message: string]> {
  const node = /^\/nodes\/([^/]+)\/stdin$/.exec(incoming.url ?? '')?.[1];
  if (incoming.method !== 'POST' || node === undefined) {
    return [404, 'expected POST /nodes/NAME/stdin'];
  }
  let line = '';
  for await (const chunk of incoming) {
    line += String(chunk);
    if (line.length > MAX_BODY_BYTES) return [413, `a command is at most ${MAX_BODY_BYTES} bytes`];
  }
  if (line.includes('\n')) return [400, 'a command is one line'];
  return send(decodeURIComponent(node), line)
    ? [200, 'sent']
    : [404, `no node named ${decodeURIComponent(node)} runs`];
}

/** Writes a line to a node of the lab that runs in this folder. Throws a UserError if it cannot. */
export async function sendToNode(path: string, node: string, line: string): Promise<void> {
  const { status, message } = await post(path, `/nodes/${encodeURIComponent(node)}/stdin`, line);
  if (status !== 200) throw new UserError(message);
}

function post(
  socketPath: string,
  path: string,
  body: string,
): Promise<{ status: number; message: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path, method: 'POST' }, (incoming) => {
      text(incoming).then(
        (message) => resolve({ status: incoming.statusCode ?? 0, message }),
        reject,
      );
    });
    outgoing.once('error', () =>
      reject(new UserError('no lab runs in this folder: start one with `npm start`')),
    );
    outgoing.end(body);
  });
}
