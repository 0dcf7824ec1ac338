import type { IncomingMessage, ServerResponse } from 'node:http';

interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** JSON, indented where the query has `prettyPrint`, as Jaeger does. Errors go as text, as Jaeger sends them. */
export function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body }: JsonAnswer,
  params: URLSearchParams,
): void {
  const pretty = !['', 'false'].includes(params.get('prettyPrint') ?? '');
  const text = JSON.stringify(body, null, pretty ? 4 : 0);
  response.setHeader('Cache-Control', 'no-store');
  const type = status < 400 ? 'application/json' : 'text/plain; charset=utf-8';
  sendBody(request, response, status, type, Buffer.from(`${text}\n`));
}

/** One sentence. */
export function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
): void {
  sendBody(request, response, status, 'text/plain; charset=utf-8', Buffer.from(`${text}\n`));
}

export function sendBody(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  type: string,
  body: Buffer,
): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.byteLength });
  response.end(request.method === 'HEAD' ? undefined : body);
}
