import type { Attributes, HrTime } from '@opentelemetry/api';
import { JaegerExporter } from '@opentelemetry/exporter-jaeger';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { serviceName } from '../spans/service-name.ts';
import { SPAN_KIND, type Span } from '../spans/span.ts';
import { attributes, readableSpan, ResourceCache, WARNINGS_ATTRIBUTE } from './readable-span.ts';
import { collectorUrl, SendError, statusError, withoutPassword, type Sender } from './sender.ts';

/** One exporter, with its connection, for each resource; beyond this the oldest is closed. */
const MAX_EXPORTERS = 64;

export interface JaegerOptions {
  /** How long one request may take. */
  readonly timeoutMs?: number;
}

/**
 * A sender by Jaeger's own Thrift over HTTP: `url` is its collector's,
 * `http://host:14268` or with `/api/traces`. Throws a TypeError for what is not
 * an HTTP URL.
 *
 * Thrift's batch has one process, so there is a request for each resource. What
 * this protocol cannot say: nanoseconds (times are whole µs, and Jaeger adds a
 * warning to a span that takes none), a link's attributes, integers (all numbers
 * are doubles), lists (they become JSON text).
 */
export function jaegerSender(url: string, { timeoutMs = 5000 }: JaegerOptions = {}): Sender {
  const endpoint = collectorUrl(url, '/api/traces');
  const exporters = new Map<string, JaegerExporter>();

  const exporterOf = (key: string, resource: Span['resource']): JaegerExporter => {
    const known = exporters.get(key);
    if (known) return known;
    const [oldest] = exporters.keys();
    if (exporters.size >= MAX_EXPORTERS && oldest !== undefined) discard(oldest);
    const exporter = new JaegerExporter(settings(endpoint, resource));
    exporters.set(key, exporter);
    return exporter;
  };

  /** Closes its connection; a request that hangs on it fails. */
  const discard = (key: string): void => {
    exporters
      .get(key)
      ?.shutdown()
      .catch(() => {});
    exporters.delete(key);
  };

  return {
    target: withoutPassword(endpoint),
    async send(spans) {
      const failures: SendError[] = [];
      for (const [key, group] of Map.groupBy(spans, ({ resource }) => JSON.stringify(resource))) {
        const exporter = exporterOf(key, group[0]?.resource ?? {});
        try {
          await exportWithin(exporter, group.map(thriftSpan), timeoutMs);
        } catch (error) {
          discard(key);
          failures.push(error as SendError);
        }
      }
      const failure = failures.find(({ retryable }) => retryable) ?? failures[0];
      if (failure) throw failure;
    },
    async close() {
      for (const key of exporters.keys()) discard(key);
    },
  };
}

/** `maxSpanBatchSize` goes through to the client beneath: one `send`, one request. */
function settings(endpoint: string, resource: Span['resource']): object {
  const tags = Object.entries(flat(attributes(resource)))
    .filter(([key]) => key !== 'service.name') // it is the process's own name
    .map(([key, value]) => ({ key, value }));
  return { endpoint, tags, flushTimeout: 1, maxSpanBatchSize: Number.POSITIVE_INFINITY };
}

/** The client beneath waits for an answer for ever; this does not. */
function exportWithin(exporter: JaegerExporter, spans: ReadableSpan[], timeoutMs: number) {
  return new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new SendError(`no answer within ${timeoutMs} ms`, true)),
      timeoutMs,
    );
    exporter.export(spans, ({ code, error }) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else reject(sendError(error?.message ?? ''));
    });
  });
}

/** The exporter tells an HTTP status or a network error in its message alone. */
function sendError(message: string): SendError {
  const [, status] = /responded with HTTP (\d+)/.exec(message) ?? [];
  if (status) return statusError(Number(status));
  const overHttp = 'error sending spans over HTTP: ';
  return message.startsWith(overHttp)
    ? new SendError(message.slice(overHttp.length), true)
    : new SendError(message, false);
}

/** The span as this exporter needs it: whole µs, flat attributes, its resource on the process. */
function thriftSpan(span: Span): ReadableSpan {
  const readable = readableSpan(span, new ResourceCache());
  // an internal kind is left out by the exporter and would come out as unspecified
  const kind = span.kind === SPAN_KIND.internal ? { 'span.kind': 'internal' } : {};
  return {
    ...readable,
    startTime: wholeMicros(readable.startTime),
    duration: wholeMicros(readable.duration),
    attributes: { ...flat(readable.attributes), ...kind },
    events: readable.events.map(({ name, time, attributes = {} }) => ({
      name,
      // becomes a double of milliseconds and is then cut to µs: the middle of its µs stays within it
      time: [time[0], wholeMicros(time)[1] + 500],
      attributes: flat(attributes),
    })),
    resource: resourceFromAttributes({ 'service.name': serviceName(span) }),
    instrumentationScope: { ...readable.instrumentationScope, version: '' },
  };
}

const wholeMicros = ([seconds, nanos]: HrTime): HrTime => [seconds, nanos - (nanos % 1000)];

/** Thrift has no lists; the warnings are a text that the UI shows, a line each. */
function flat(attributes: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => {
      if (!Array.isArray(value)) return [key, value];
      return [key, key === WARNINGS_ATTRIBUTE ? value.join('\n') : JSON.stringify(value)];
    }),
  );
}
