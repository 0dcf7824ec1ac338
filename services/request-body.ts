import express, {
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import type { z } from 'zod';
import { Refusal } from './refusal.ts';

/** Longest body read, in bytes. */
const LIMIT_BYTES = 64 * 1024;

/**
 * Reads a JSON body into `request.body`; anything else is refused: 415 for
 * another type, 413 over the limit, 400 for what is not JSON.
 */
export const readBody: (RequestHandler | ErrorRequestHandler)[] = [
  (request: Request, _response: Response, next: NextFunction) => {
    const type = request.headers['content-type'];
    if (request.is('json') || !hasBody(request.headers)) return next();
    next(
      invalid(415, `the body must be application/json, not ${type ?? 'without a Content-Type'}`),
    );
  },
  express.json({ limit: LIMIT_BYTES, strict: false }),
  (error: unknown, _request, _response, next) => next(unreadable(error)),
];

/**
 * `value` as `schema` has it; a refusal that says for each wrong part what was
 * expected and what came. `name` says of what, such as `the body`.
 */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const complaints = result.error.issues.slice(0, MAX_COMPLAINTS).map(({ path, message }) => {
    const what = path.length === 0 ? name : path.join('.');
    return `${what}: ${message}${came(message, value, path)}`;
  });
  throw invalid(400, complaints.join('; '));
}

const MAX_COMPLAINTS = 5;

const hasBody = (headers: Record<string, unknown>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** What came instead, where zod does not say it; of a text only that it is one. */
function came(message: string, value: unknown, path: readonly PropertyKey[]): string {
  if (message.includes('received') || message.startsWith('Unrecognized')) return '';
  const part = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], value);
  if (part === undefined) return ', nothing came';
  return typeof part === 'number' ? `, not ${part}` : `, not this ${typeof part}`;
}

const invalid = (status: number, message: string) => new Refusal('InvalidRequest', status, message);

function unreadable(error: unknown): unknown {
  const { type, message, status } = error as { type?: string; message: string; status?: number };
  switch (type) {
    case 'entity.too.large':
      return invalid(413, `the body must be at most ${LIMIT_BYTES} bytes`);
    case 'entity.parse.failed': {
      const position = /position (\d+)/.exec(message)?.[1];
      return invalid(
        400,
        `the body must be JSON${position ? `; it is none from byte ${position} on` : ', it ends too early'}`,
      );
    }
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return invalid(415, 'the body must be UTF-8, plain or compressed by gzip, deflate or br');
    case 'request.aborted':
      return invalid(400, 'the connection closed before the whole body had come');
    default:
      return status === 400
        ? invalid(400, 'the body cannot be read as its headers announce it')
        : error;
  }
}
