import type { Span } from '../spans/span.ts';

/**
 * Sends spans to one place. `send` resolves when the target has accepted all of
 * the spans, and rejects with a SendError when it has not (it may still have
 * taken some: send the same spans again, Jaeger shows identical ones once).
 * One `send` at a time. After `close` nothing can be sent.
 */
export interface Sender {
  /** The URL that is posted to, without a password, for messages. */
  readonly target: string;
  send(spans: readonly Span[]): Promise<void>;
  close(): Promise<void>;
}

/** Why spans were not accepted, and whether the same spans may be accepted later. */
export class SendError extends Error {
  override readonly name = 'SendError';
  readonly retryable: boolean;

  constructor(message: string, retryable: boolean) {
    super(message);
    this.retryable = retryable;
  }
}

/** The SendError for an HTTP status that is not a success: 4xx is for good, but for 408 and 429. */
export function statusError(status: number): SendError {
  const retryable = status < 400 || status >= 500 || status === 408 || status === 429;
  return new SendError(`it answered HTTP ${status}`, retryable);
}

/**
 * A collector's URL with its path: `http://host:4318` becomes
 * `http://host:4318/v1/traces` when `path` is `/v1/traces`; a path that is there
 * already stays. Throws a TypeError that names what was expected.
 */
export function collectorUrl(text: string, path: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new TypeError(
      `Expected the collector's URL, such as http://127.0.0.1:${path === '/v1/traces' ? 4318 : 14_268}, but got ${JSON.stringify(text)}`,
    );
  }
  const base = url.pathname.replace(/\/+$/, '');
  url.pathname = base === '' ? path : base;
  return url.href;
}

/** A URL as it may be shown. */
export function withoutPassword(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href;
}
