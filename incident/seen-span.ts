import type { JsonObject } from '../log/entry.ts';
import { levelNumber } from '../log/level.ts';
import { serviceName } from '../spans/service-name.ts';
import { SPAN_KIND, STATUS, type LineRef, type Span, type SpanKind } from '../spans/span.ts';
import type { Names } from './names.ts';
import { troubleOf, type Trouble } from './trouble.ts';

/** What is kept of a span to look for incidents in: so little that hundreds of thousands fit into memory. */
export interface SeenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly service: string;
  readonly instance: string | undefined;
  readonly operation: string;
  readonly kind: SpanKind;
  /** Unix microseconds, as doubles keep them. */
  readonly startMicros: number;
  readonly endMicros: number;
  readonly failure: SpanFailure | undefined;
  /** Why it has no end, if it has none. `open`: its process was asked to end before it did, or the log ends. */
  readonly withoutEnd: 'exit' | 'silent' | 'open' | undefined;
  /** Whom a client calls, `address:port`. */
  readonly peer: string | undefined;
  /** The port a server answers at. */
  readonly port: number | undefined;
  readonly user: string | undefined;
  /** Its first lines and its last. */
  readonly lines: readonly LineRef[];
}

interface SpanFailure {
  /** The error's or exception's type; what the status says where there is none. */
  readonly type: string;
  readonly message: string | undefined;
  /** The first frame of its stack that is not of a library. */
  readonly place: string | undefined;
  /** What of the system shows in it. */
  readonly trouble: Trouble;
  /** The line that tells of it. */
  readonly line: string | undefined;
}

const MAX_LINES = 4;
const MAX_TEXT = 200;

/** Takes from a span what incidents are found by; of names that come again there is one copy. */
export function seenSpan(span: Span, names: Names): SeenSpan {
  const { attributes, kind, lines } = span;
  const instance = span.resource['service.instance.id'];
  const port = attributes['server.port'];
  const startMicros = micros(span.startTimeUnixNano);
  const withoutEnd = missingEnd(span);
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    service: names.one(serviceName(span)),
    instance: typeof instance === 'string' ? names.one(instance) : undefined,
    operation: names.one(span.name),
    kind,
    startMicros,
    endMicros: Math.max(startMicros, micros(span.endTimeUnixNano)),
    failure: withoutEnd === undefined ? failureOf(span) : undefined,
    withoutEnd,
    peer: isCall(kind) ? peerOf(attributes) : undefined,
    port: kind === SPAN_KIND.server && typeof port === 'number' ? port : undefined,
    user: userOf(attributes),
    lines: (lines.length <= MAX_LINES
      ? lines
      : [...lines.slice(0, MAX_LINES - 1), ...lines.slice(-1)]
    ).map((ref) => ('seq' in ref ? { instance: names.one(ref.instance), seq: ref.seq } : ref)),
  };
}

/** Whether a span of this kind waits for somebody else. */
export const isCall = (kind: SpanKind): boolean =>
  kind === SPAN_KIND.client || kind === SPAN_KIND.producer;

/** Whole microseconds, which a double keeps. */
const micros = (unixNano: string): number => Number(unixNano.slice(0, -3));

function missingEnd({ warnings }: Span): SeenSpan['withoutEnd'] {
  for (const { kind, message } of warnings) {
    if (kind === 'log-ended' || kind === 'evicted') return 'open';
    if (kind !== 'missing-end') continue;
    // Who ends with code 0 was asked to.
    if (/ exited with code 0 /.test(message)) return 'open';
    return / exited /.test(message) ? 'exit' : 'silent';
  }
  return undefined;
}

/** An error of the span itself, an exception in it, an answer from 500 on, or a line of an error's level. */
function failureOf({ status, attributes, events }: Span): SpanFailure | undefined {
  const exception = events.find(
    ({ attributes: its }) => 'exception.type' in its || 'exception.message' in its,
  );
  const errorLine = events.find(
    ({ attributes: its }) =>
      'one_log.line' in its && (levelNumber(its['level']) ?? 0) >= ERROR_LEVEL,
  );
  const code = attributes['http.response.status_code'];
  const isServerError = typeof code === 'number' && code >= 500;
  if (
    status.code !== STATUS.error &&
    exception === undefined &&
    errorLine === undefined &&
    !isServerError
  ) {
    return undefined;
  }
  const told = exception ?? errorLine;
  const message =
    text(told?.attributes['exception.message']) ?? status.message ?? text(errorLine?.name);
  const type =
    text(attributes['error.type']) ??
    text(told?.attributes['exception.type']) ??
    (isServerError ? `${code}` : undefined) ??
    'error';
  return {
    type: short(type),
    message: message === undefined ? undefined : short(message),
    place: placeOf(text(told?.attributes['exception.stacktrace'])),
    trouble: troubleOf(
      `${type} ${text(told?.attributes['exception.type']) ?? ''} ${message ?? ''}`,
    ),
    line: text(told?.attributes['one_log.line']),
  };
}

/** As pino's levels: 50 and above is an error. */
const ERROR_LEVEL = 50;

/** The first frame that is neither of node itself nor of a package; the first of all if every one is. */
function placeOf(stack: string | undefined): string | undefined {
  const frames = stack?.slice(0, MAX_STACK).split('\n').slice(1) ?? [];
  const own = frames.find((frame) => !/node:|node_modules|site-packages|internal\//.test(frame));
  const frame = (own ?? frames[0])?.trim().replace(/^at /, '');
  return frame === undefined || frame === ''
    ? undefined
    : short(frame.replaceAll(/file:\/\/\S*\//g, ''));
}

const MAX_STACK = 4_000;

function peerOf(attributes: JsonObject): string | undefined {
  const address =
    text(attributes['server.address']) ??
    text(attributes['network.peer.address']) ??
    text(attributes['net.peer.name']) ??
    text(attributes['peer.service']);
  const port =
    attributes['server.port'] ?? attributes['network.peer.port'] ?? attributes['net.peer.port'];
  if (address === undefined) return undefined;
  return short(port === undefined ? address : `${address}:${String(port)}`);
}

const USER_ATTRIBUTES = ['enduser.id', 'user.id', 'user.name', 'user.email', 'user'];

/** Who it was for: by an attribute, else by the part of the path that the route calls a user. */
function userOf(attributes: JsonObject): string | undefined {
  for (const name of USER_ATTRIBUTES) {
    const value = attributes[name];
    if (typeof value === 'string' || typeof value === 'number') return short(String(value));
  }
  const route = text(attributes['http.route'])?.split('/');
  const at = route?.findIndex((part) => /^[:{<][a-z]*user/i.test(part)) ?? -1;
  const part = at < 0 ? undefined : text(attributes['url.path'])?.split('/')[at];
  return part === undefined ? undefined : short(part);
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const short = (value: string): string =>
  value.length <= MAX_TEXT ? value : `${value.slice(0, MAX_TEXT - 1)}…`;
