import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { readableSpan, ResourceCache } from './readable-span.ts';
import { collectorUrl, SendError, statusError, withoutPassword, type Sender } from './sender.ts';

export interface OtlpOptions {
  /** How long one `send` may take; the exporter tries again by itself within it. */
  readonly timeoutMs?: number;
}

/**
 * A sender by OTLP over HTTP, protobuf: `url` is a collector's, `http://host:4318`
 * or with `/v1/traces`. Throws a TypeError for what is not an HTTP URL.
 */
export function otlpSender(url: string, { timeoutMs = 5000 }: OtlpOptions = {}): Sender {
  const endpoint = collectorUrl(url, '/v1/traces');
  const Agent = endpoint.startsWith('https:') ? HttpsAgent : HttpAgent;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const exporter = new OTLPTraceExporter({
    url: endpoint,
    timeoutMillis: timeoutMs,
    httpAgentOptions: () => agent,
  });
  return {
    target: withoutPassword(endpoint),
    send: (spans) =>
      new Promise((resolve, reject) => {
        const resources = new ResourceCache();
        exporter.export(
          spans.map((span) => readableSpan(span, resources)),
          ({ code, error }) => (code === 0 ? resolve() : reject(sendError(error))),
        );
      }),
    async close() {
      agent.destroy(); // a request under way fails, so that the shutdown need not wait for it
      await exporter.shutdown();
    },
  };
}

/** The exporter's errors have the HTTP status in `code`, or a network error's name, or nothing. */
function sendError(error: (Error & { code?: number | string }) | undefined): SendError {
  if (typeof error?.code === 'number') return statusError(error.code);
  return new SendError(error?.message || String(error?.code ?? 'no reason given'), true);
}
