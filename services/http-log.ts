import type { Request, RequestHandler, Response } from 'express';
import { maskedBody, maskedText } from '../instrumentation/mask.ts';
import { withinSpan } from '../instrumentation/span.ts';
import type { Logger } from './logger.ts';

/**
 * Logs every request when it is over: who asked for what, what was answered,
 * and how long it took. That happens before the span of the request ends and
 * within its context.
 */
export function logRequests(log: Logger): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const asked = brief(request); // now: a closed socket forgets who was there
    log.step('request started', { request: asked });
    const over = (): void => {
      const finished = response.writableFinished;
      log[finished ? 'info' : 'warn'](finished ? 'request completed' : 'request aborted', {
        request: { ...asked, ...detail(request) },
        response: { status: response.statusCode, bytes: bytesOf(response) },
        duration_ms: Math.round((performance.now() - started) * 1000) / 1000,
      });
    };
    // First in line at the close: the instrumentation ends the span there too.
    response.prependListener('close', withinSpan(over));
    next();
  };
}

const brief = (request: Request) => ({
  method: request.method,
  path: maskedText(request.originalUrl),
  client: { address: request.socket.remoteAddress, port: request.socket.remotePort },
});

function detail(request: Request) {
  const route: unknown = request.route?.path;
  const bytes = Number(request.headers['content-length']);
  const body: unknown = request.body;
  return {
    ...(typeof route === 'string' && { route }),
    ...(bytes >= 0 && { bytes }),
    ...(body !== undefined && { body: maskedBody(body) }),
  };
}

const bytesOf = (response: Response): number => Number(response.getHeader('content-length') ?? 0);
