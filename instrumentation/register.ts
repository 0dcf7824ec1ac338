/**
 * Tracing for a service that knows nothing of it:
 * `node --import ./instrumentation/register.ts services/petstore/main.ts`
 *
 * Trace context passes in W3C `traceparent` headers, and span boundaries become
 * log lines. Nothing is sent anywhere. ONELOG_TRUE_SPANS=FILE also writes the
 * spans themselves, for tests.
 */
import { IncomingMessage, ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { AlwaysOnSampler } from '@opentelemetry/sdk-trace';
import { NodeContextManager } from './context-manager.ts';
import {
  describeAnswer,
  nameByTemplate,
  requestAttributes,
  templateAttributes,
} from './http-span.ts';
import { serviceResource } from './resource.ts';
import { SpanLines } from './span-lines.ts';
import { TrueSpans } from './true-spans.ts';

const resource = serviceResource({
  env: process.env,
  entry: process.argv[1] ?? process.execPath,
  host: hostname(),
  pid: process.pid,
  startedSeconds: Math.floor(performance.timeOrigin / 1000),
});

const trueSpans = process.env['ONELOG_TRUE_SPANS'];

// The SDK takes its propagators from here; baggage would be a second channel.
process.env['OTEL_PROPAGATORS'] = 'tracecontext';

new NodeSDK({
  contextManager: new NodeContextManager(),
  autoDetectResources: false,
  resource: resourceFromAttributes(resource),
  // The log is the ground state: what a caller does not sample is in it too.
  sampler: new AlwaysOnSampler(),
  spanProcessors: [
    nameByTemplate,
    new SpanLines(),
    ...(trueSpans ? [new TrueSpans(trueSpans, resource)] : []),
  ],
  // Given and empty, or the SDK would send both to an OTLP endpoint.
  metricReaders: [],
  logRecordProcessors: [],
  instrumentations: [
    new HttpInstrumentation({
      disableOutgoingRequestInstrumentation: true,
      startIncomingSpanHook: requestAttributes,
      applyCustomAttributesOnSpan(span, request, response) {
        if (request instanceof IncomingMessage && response instanceof ServerResponse) {
          describeAnswer(span, request, response);
        }
      },
    }),
    new UndiciInstrumentation({ startSpanHook: templateAttributes }),
  ],
}).start();
