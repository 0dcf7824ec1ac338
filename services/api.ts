/**
 * An HTTP API as a table of routes, each with the schemas that validate its
 * requests and describe it to others.
 */
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { z } from 'zod';
import { maskedText } from '../instrumentation/mask.ts';
import type { Answers } from './answers.ts';
import { logRequests } from './http-log.ts';
import type { Logger } from './logger.ts';
import { Refusal } from './refusal.ts';
import { parsed, readBody } from './request-body.ts';
import { checkTraceparent } from './traceparent.ts';

export interface Answer {
  readonly status: number;
  readonly body: object;
}

export interface Route<Params = unknown, Body = unknown> {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** Express's, such as `/users/:user`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodType<Params>;
  /** Where there is one, a request must have a JSON body of this shape. */
  readonly body?: z.ZodType<Body>;
  readonly answers: Answers;
  /** Gives the answer, or throws a Refusal. */
  handle(request: { params: Params; body: Body }): Answer | Promise<Answer>;
}

/** Keeps a route's schemas and its handler of one mind about types. */
export function route<Params, Body>(route: Route<Params, Body>): Route {
  return route as Route;
}

/**
 * The app of `routes`: requests are logged, traced, read, checked and handled,
 * in this order. Everything that goes wrong is answered as `{type: "Error",
 * reason, message}` and logged as an exception; what was not expected is told
 * to the log alone.
 */
export function createApp(routes: readonly Route[], log: Logger): Express {
  const app = express().disable('x-powered-by').disable('etag');
  const answer = answerErrors(log);
  app.use(logRequests(log));
  for (const [path, methods] of Map.groupBy(routes, ({ path }) => path)) {
    const here = app.route(path).all(checkTraceparent);
    for (const route of methods) {
      here[route.method](...(route.body === undefined ? [] : readBody), handler(route));
    }
    here.all(wrongMethod(methods), answer); // here, where the user in the path is known
  }
  app.use(unknownPath(routes), answer);
  return app;
}

function handler({ params, body, handle }: Route): RequestHandler {
  return async (request, response) => {
    const answer = await handle({
      params: params === undefined ? {} : parsed(params, request.params, 'the path'),
      body: body === undefined ? undefined : parsed(body, request.body, 'the body'),
    });
    response.status(answer.status).json(answer.body);
  };
}

function wrongMethod(routes: readonly Route[]): RequestHandler {
  const allowed = routes.map(({ method }) => method.toUpperCase()).join(', ');
  return (request, _response, next) =>
    next(
      new Refusal('MethodNotAllowed', 405, `expected ${allowed} here, not ${request.method}`, {
        Allow: allowed,
      }),
    );
}

function unknownPath(routes: readonly Route[]): RequestHandler {
  const known = [...new Set(routes.map(({ path }) => path))].join(', ');
  return (_request, _response, next) =>
    next(new Refusal('NotFound', 404, `there is nothing at this path; there is ${known}`));
}

function answerErrors(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const refusal = refusalOf(error);
    const user = request.params?.['user'];
    const fields = typeof user === 'string' ? { user: maskedText(user) } : {};
    if (refusal.status < 500) log.warn('request refused', fields, refusal);
    else log.error('request failed', fields, error instanceof Error ? error : refusal);
    response.status(refusal.status).set(refusal.headers).json(refusal);
  };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof URIError) {
    return new Refusal('InvalidRequest', 400, 'the path must be percent-encoded UTF-8');
  }
  return new Refusal(
    'InternalError',
    500,
    'something went wrong here; the log of this service tells what',
  );
}
