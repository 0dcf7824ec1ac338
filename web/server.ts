import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { answerQuery } from '../export/query-api.ts';
import { answerQueryV3 } from '../export/query-api-v3.ts';
import type { TraceQueries } from '../export/trace-queries.ts';
import { isLoopback, isOwnHost, SECURITY_HEADERS } from './guard.ts';
import { LabApi, type PageParts } from './lab-api.ts';
import { PageFiles } from './page-files.ts';
import { sendJson, sendText } from './send.ts';
import { TokenGuard } from './token-guard.ts';

interface PageOptions extends PageParts {
  /** 0 takes a free one. */
  readonly port: number;
  /** The address to listen on: a loopback address, for logs are not for the network; with a token any. */
  readonly host: string;
  /** What who visits must know; nothing, unless given. */
  readonly token?: string;
  /** It runs in a container, whose loopback nobody could reach: 0.0.0.0 is allowed there. */
  readonly isContained?: boolean;
  /** Where Vite put the page; its default is `web/dist`. */
  readonly dist?: string;
}

interface RunningPage {
  /** Without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the page, its own API (`/api/one-log/…`) and Jaeger's query API
 * (`/api/…`) on one port. Rejects with an Error whose `code` is `EADDRINUSE`
 * where the port is taken.
 */
export async function startPage(options: PageOptions): Promise<RunningPage> {
  const { port, host, token, isContained = false, dist } = options;
  if (!isLoopback(host) && token === undefined && !(host === '0.0.0.0' && isContained)) {
    throw new Error(`without a token the page is served on 127.0.0.1 or ::1 only, got ${host}`);
  }
  const files = new PageFiles(dist ?? fileURLToPath(new URL('dist', import.meta.url)));
  const server = createServer();
  await listening(server, port, host);
  const bound = (server.address() as AddressInfo).port;
  const site: Site = {
    port: bound,
    files,
    queries: options.store.queries,
    api: new LabApi(options),
    guard: token === undefined ? undefined : new TokenGuard(token, bound),
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    respond(site, request, response).catch((error: unknown) => fail(response, error));
  });
  return { url: `http://${urlHost(host)}:${bound}`, close: () => closed(server) };
}

interface Site {
  readonly port: number;
  readonly files: PageFiles;
  readonly queries: TraceQueries;
  readonly api: LabApi;
  readonly guard: TokenGuard | undefined;
}

async function respond(
  site: Site,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
  const url = URL.parse(request.url ?? '/', `http://localhost:${site.port}`);
  if (url === null) {
    sendText(request, response, 400, 'the address is not one');
  } else if (!isAdmitted(site, url, request, response)) {
    // What there is to say was said.
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    sendText(request, response, 405, `expected GET or HEAD, got ${request.method ?? 'nothing'}`);
  } else if (url.pathname.startsWith('/api/')) {
    const answer =
      (await site.api.answer(url)) ??
      answerQuery(site.queries, url, Date.now()) ??
      answerQueryV3(site.queries, url, Date.now());
    if (answer === undefined) sendText(request, response, 404, '404 page not found');
    else sendJson(request, response, answer, url.searchParams);
  } else {
    await site.files.send(url.pathname, request, response);
  }
}

/** Whether the request may have an answer; who may not, and who comes for the first time, has got one here. */
function isAdmitted(
  { port, guard }: Site,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (guard === undefined) {
    if (isOwnHost(request.headers.host, port)) return true;
    const own = `localhost:${port} and 127.0.0.1:${port}`;
    sendText(request, response, 403, `this page answers to ${own} only`);
    return false;
  }
  const admission = guard.admit(request, url);
  if (admission === 'in') return true;
  if (admission === 'out') {
    response.setHeader('WWW-Authenticate', 'Bearer');
    sendText(request, response, 401, 'open this page by the address with its token, as printed');
    return false;
  }
  // The token goes from the address, so that it stays in no history and no link.
  url.searchParams.delete('token');
  response.setHeader('Set-Cookie', guard.cookie);
  response.setHeader('Location', url.pathname.replace(/^\/{2,}/, '/') + url.search);
  response.setHeader('Cache-Control', 'no-store');
  sendText(request, response, 303, 'come in');
  return false;
}

/** What went wrong stays here: the caller is told only that it did. */
function fail(response: ServerResponse, error: unknown): void {
  process.stderr.write(
    `page: ${error instanceof Error ? (error.stack ?? error.message) : 'failed'}\n`,
  );
  if (response.headersSent) response.destroy();
  else
    response
      .writeHead(500, { 'Content-Type': 'text/plain' })
      .end('the page failed; its log says how\n');
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}

/** All addresses are loopback as well. */
const urlHost = (host: string): string =>
  host === '0.0.0.0'
    ? '127.0.0.1'
    : host.includes(':')
      ? `[${host === '::' ? '::1' : host}]`
      : host;
