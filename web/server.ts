import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { answerQuery } from '../export/query-api.ts';
import { answerQueryV3 } from '../export/query-api-v3.ts';
import type { TraceStore } from '../export/trace-store.ts';
import { isOwnHost, SECURITY_HEADERS } from './guard.ts';
import { answerPage } from './page-api.ts';
import { PageFiles } from './page-files.ts';
import { sendJson, sendText } from './send.ts';

interface PageOptions {
  readonly store: TraceStore;
  /** 0 takes a free one. */
  readonly port: number;
  /** A loopback address; logs are not for the network. */
  readonly host: '127.0.0.1' | '::1' | '0.0.0.0';
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
 * (`/api/…`) on one loopback port. Rejects with an Error whose `code` is
 * `EADDRINUSE` where the port is taken.
 */
export async function startPage({
  store,
  port,
  host,
  isContained = false,
  dist,
}: PageOptions): Promise<RunningPage> {
  if (host !== '127.0.0.1' && host !== '::1' && !(host === '0.0.0.0' && isContained)) {
    throw new Error(`the page is served on 127.0.0.1 or ::1 only, got ${String(host)}`);
  }
  const files = new PageFiles(dist ?? fileURLToPath(new URL('dist', import.meta.url)));
  const server = createServer((request, response) => {
    respond(store, files, boundPort(server), request, response).catch((error: unknown) => {
      fail(response, error);
    });
  });
  await listening(server, port, host);
  return {
    url: `http://${host === '::1' ? '[::1]' : '127.0.0.1'}:${boundPort(server)}`,
    close: () => closed(server),
  };
}

async function respond(
  store: TraceStore,
  files: PageFiles,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
  if (!isOwnHost(request.headers.host, port)) {
    sendText(
      request,
      response,
      403,
      `this page answers to localhost:${port} and 127.0.0.1:${port} only`,
    );
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    sendText(request, response, 405, `expected GET or HEAD, got ${request.method ?? 'nothing'}`);
    return;
  }
  const url = URL.parse(request.url ?? '/', `http://localhost:${port}`);
  if (url === null) {
    sendText(request, response, 400, 'the address is not one');
  } else if (url.pathname.startsWith('/api/')) {
    const answer =
      answerPage(store, url) ??
      answerQuery(store.queries, url, Date.now()) ??
      answerQueryV3(store.queries, url, Date.now());
    if (answer === undefined) sendText(request, response, 404, '404 page not found');
    else sendJson(request, response, answer, url.searchParams);
  } else {
    await files.send(url.pathname, request, response);
  }
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

const boundPort = (server: Server): number => (server.address() as AddressInfo).port;
