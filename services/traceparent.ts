import type { RequestHandler } from 'express';
import { Refusal } from './refusal.ts';

const FIELDS = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-.*)?$/;

/**
 * Whether a header is a trace context: version 00 has four fields, a later one
 * may have more; version ff and ids of zeros are invalid.
 *
 * Definition: https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function isTraceparent(header: string): boolean {
  const [, version, traceId, spanId, more] = FIELDS.exec(header) ?? [];
  if (version === undefined || version === 'ff') return false;
  if (version === '00' && more !== undefined) return false;
  return !/^0*$/.test(traceId ?? '') && !/^0*$/.test(spanId ?? '');
}

/** Refuses a request whose `traceparent` is not one, where it would start a trace that nobody looks for. */
export const checkTraceparent: RequestHandler = (request, _response, next) => {
  const header = request.headers['traceparent'];
  if (header === undefined || isTraceparent(String(header))) return next();
  const came = JSON.stringify(String(header).slice(0, 100));
  next(
    new Refusal(
      'InvalidRequest',
      400,
      `traceparent must be version-traceid-spanid-flags in lower-case hex, not ${came}; without the header a new trace starts`,
    ),
  );
};
