import { context, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { NodeContextManager } from '../../instrumentation/context-manager.ts';
import { span } from '../../instrumentation/span.ts';
import { traceIds } from '../../instrumentation/trace-ids.ts';

test('without a tracer only the work happens, and lines carry no ids', () => {
  expect(span('checkout', {}, () => traceIds())).toEqual({});
});

describe('with a tracer', () => {
  const exporter = new InMemorySpanExporter();

  beforeAll(() => {
    context.setGlobalContextManager(new NodeContextManager());
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    );
  });
  afterEach(() => exporter.reset());

  test('work within work is a child, also after waiting, and lines carry its ids', async () => {
    const ids = await span('checkout', { 'user.name': 'ada' }, async () => {
      await Promise.resolve();
      return span('price basket', {}, () => traceIds());
    });
    const [inner, outer] = exporter.getFinishedSpans();
    expect(outer?.attributes).toEqual({ 'user.name': 'ada' });
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(ids).toEqual({
      trace_id: outer?.spanContext().traceId,
      span_id: inner?.spanContext().spanId,
      trace_flags: '01',
    });
  });

  test.each([
    ['thrown', () => span('pay', {}, () => Promise.reject(new RangeError('too much')))],
    [
      'rejected',
      async () =>
        span('pay', {}, () => {
          throw new RangeError('too much');
        }),
    ],
  ])('what is %s makes it an error and goes on', async (_how, work) => {
    await expect(work()).rejects.toThrow(new RangeError('too much'));
    const [failed] = exporter.getFinishedSpans();
    expect(failed?.status).toEqual({ code: 2, message: 'too much' });
    expect(failed?.events[0]?.attributes).toMatchObject({ 'exception.type': 'RangeError' });
  });
});
