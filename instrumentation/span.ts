import { type Attributes, context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('one-log');

/**
 * Marks what `work` does as a span of its own, within the active one:
 * `await span('checkout', { 'user.name': user }, async () => …)`.
 *
 * Gives what `work` gives, at once or as a promise. What it throws is recorded
 * as an exception, makes the span an error, and is thrown on. Without a tracer
 * only `work` happens.
 */
export function span<T>(name: string, attributes: Attributes, work: (span: Span) => T): T {
  return tracer.startActiveSpan(name, { attributes }, (active) => {
    try {
      const result = work(active);
      if (!(result instanceof Promise)) {
        active.end();
        return result;
      }
      return result.then(
        (value) => {
          active.end();
          return value;
        },
        (error: unknown) => fail(active, error),
      ) as T;
    } catch (error) {
      return fail(active, error);
    }
  });
}

/** `listener`, which runs within the span that is active now, whoever calls it. */
export function withinSpan<A extends unknown[]>(listener: (...args: A) => void) {
  return context.bind(context.active(), listener);
}

function fail(active: Span, error: unknown): never {
  const exception = error instanceof Error ? error : new Error(String(error));
  active.recordException(exception);
  active.setStatus({ code: SpanStatusCode.ERROR, message: exception.message });
  active.end();
  throw error;
}
