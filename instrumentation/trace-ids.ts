import { isSpanContextValid, trace } from '@opentelemetry/api';

/** The active span as a log line names it; empty outside a span or without a tracer. */
export function traceIds(): Record<string, string> {
  const context = trace.getActiveSpan()?.spanContext();
  if (context === undefined || !isSpanContextValid(context)) return {};
  return {
    trace_id: context.traceId,
    span_id: context.spanId,
    trace_flags: context.traceFlags.toString(16).padStart(2, '0'),
  };
}
