import { rmSync } from 'node:fs';
import { createServer, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { UserError } from './user-error.ts';

/** A command for the lab is short. */
const MAX_BODY_BYTES = 64 * 1024;

/** What the control socket does when `POST` comes to a path. */
export interface ControlRoute {
  /** Of the whole path; its groups are decoded and given to `answer`. */
  readonly path: RegExp;
  /** How the path is written for people: `/nodes/NAME/stdin`. */
  readonly usage: string;
  answer(groups: readonly string[], body: string): ControlAnswer | Promise<ControlAnswer>;
}

export interface ControlAnswer {
  /** As HTTP's: 200 done, 400 bad input, 404 not there. */
  readonly status: number;
  /** For people, or JSON where the route says so. */
  readonly body: string;
}

export interface ControlServer {
  close(): Promise<void>;
}

/** The running lab's control socket, for this user alone: the folder is mode 0700. */
export async function serveControl(
  path: string,
  routes: readonly ControlRoute[],
): Promise<ControlServer> {
  rmSync(path, { force: true });
  const server = createServer((incoming, outgoing) => {
    void answer(incoming, routes).then(({ status, body }) => {
      outgoing.writeHead(status, { 'content-type': 'text/plain' }).end(body);
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
  routes: readonly ControlRoute[],
): Promise<ControlAnswer> {
  const { method, url = '' } = incoming;
  for (const route of routes) {
    const groups = route.path.exec(url)?.slice(1);
    if (method !== 'POST' || groups === undefined) continue;
    const body = await bodyOf(incoming);
    if (body === undefined) return { status: 413, body: `at most ${MAX_BODY_BYTES} bytes` };
    try {
      return await route.answer(groups.map(decodeURIComponent), body);
    } catch (error) {
      return { status: 500, body: (error as Error).message };
    }
  }
  const expected = routes.map(({ usage }) => `POST ${usage}`).join(', ');
  return { status: 404, body: `expected ${expected}, got ${method} ${url}` };
}

async function bodyOf(incoming: IncomingMessage): Promise<string | undefined> {
  let body = '';
  for await (const chunk of incoming) {
    body += String(chunk);
    if (body.length > MAX_BODY_BYTES) return undefined;
  }
  return body;
}

/** `POST /nodes/NAME/stdin` writes the body's one line to that process. */
export function stdinRoute(send: (node: string, line: string) => boolean): ControlRoute {
  return {
    path: /^\/nodes\/([^/]+)\/stdin$/,
    usage: '/nodes/NAME/stdin',
    answer: ([node = ''], line) => {
      if (line.includes('\n')) return { status: 400, body: 'a command is one line' };
      return send(node, line)
        ? { status: 200, body: 'sent' }
        : { status: 404, body: `no node named ${node} runs` };
    },
  };
}

/** Writes a line to a node of the lab that runs in this folder. Throws a UserError if it cannot. */
export async function sendToNode(socketPath: string, node: string, line: string): Promise<void> {
  await askLab(socketPath, `/nodes/${encodeURIComponent(node)}/stdin`, line);
}

/**
 * Asks the lab that runs in this folder, by its control socket.
 * @returns the answer's body. Throws a UserError if no lab runs, or with what it answered if that is not 200
 */
export function askLab(socketPath: string, path: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path, method: 'POST' }, (incoming) => {
      text(incoming).then((answered) => {
        if (incoming.statusCode === 200) resolve(answered);
        else reject(new UserError(answered));
      }, reject);
    });
    outgoing.once('error', () =>
      reject(new UserError('no lab runs in this folder: start one with `npm start`')),
    );
    outgoing.end(body);
  });
}
