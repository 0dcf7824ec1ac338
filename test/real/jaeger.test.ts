import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SpanExporter } from '../../export/exporter.ts';
import { otlpSender } from '../../export/otlp.ts';
import type { Sender } from '../../export/sender.ts';
import { jaegerSender } from '../../export/thrift.ts';
import { SPAN_KIND, STATUS, type Span } from '../../spans/span.ts';
import { sampleSpan } from '../export/sample-span.ts';
import { startJaeger, type RealJaeger } from '../jaeger.ts';

const started = await startJaeger();
if ('skip' in started) console.warn(`skipped: ${started.skip}`);
const jaeger = started as RealJaeger;

interface JaegerSpan {
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly { refType: string; spanID: string }[];
  readonly startTime: number;
  readonly duration: number;
  readonly tags: readonly Tag[];
  readonly logs: readonly { timestamp: number; fields: readonly Tag[] }[];
  readonly processID: string;
  readonly warnings: readonly string[] | null;
}
interface Tag {
  readonly key: string;
  readonly value: unknown;
}
interface JaegerTrace {
  readonly spans: readonly JaegerSpan[];
  readonly processes: Record<string, { serviceName: string; tags: readonly Tag[] }>;
}

/** A trace with so many spans, once Jaeger has them. */
function traceOf(traceId: string, spans: number): Promise<JaegerTrace> {
  return vi.waitFor(
    async () => {
      const response = await fetch(`${jaeger.queryUrl}/api/traces/${traceId}`);
      const { data } = (await response.json()) as { data: JaegerTrace[] | null };
      const [trace] = data ?? [];
      if (trace?.spans.length !== spans)
        throw new Error(`${trace?.spans.length ?? 0} of ${spans} spans`);
      return trace;
    },
    { timeout: 20_000, interval: 50 },
  );
}

const values = (tags: readonly Tag[]) =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value]));

const protocols: [string, (jaeger: RealJaeger) => Sender, string][] = [
  ['OTLP', ({ otlpUrl }) => otlpSender(otlpUrl), '0a'],
  ['Thrift', ({ thriftUrl }) => jaegerSender(thriftUrl), '0b'],
];

describe.skipIf('skip' in started).each(protocols)(
  'a real Jaeger, by %s,',
  (_, makeSender, prefix) => {
    let folder = '';
    let sender: Sender;
    beforeAll(() => {
      sender = makeSender(jaeger);
    });
    afterAll(() => sender.close());
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'one-log-real-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    test('has the spans as they were sent', async () => {
      const traceId = prefix + 'c1'.repeat(15);
      const root = sampleSpan({
        traceId,
        spanId: '00000000000000a1',
        status: { code: STATUS.error, message: 'no payment' },
        attributes: {
          'http.route': '/pets',
          'http.response.status_code': 503,
          ok: false,
          ratio: 0.5,
          list: ['a', 'b'],
          odd: '\u0000\ud800é😀',
        },
        events: [
          {
            timeUnixNano: '1795363200123999999',
            name: 'exception',
            attributes: { 'exception.type': 'E' },
          },
        ],
        warnings: [{ kind: 'missing-end', message: 'petstore exited before the span ended' }],
      });
      const child = sampleSpan({
        traceId,
        spanId: '00000000000000b1',
        parentSpanId: '00000000000000a1',
        name: 'pay',
        kind: SPAN_KIND.internal,
        startTimeUnixNano: '1795363200123999001',
        endTimeUnixNano: '1795363200126000999',
        resource: { 'service.name': 'payment', 'service.instance.id': 'payment@lab/9.9' },
      });
      await sender.send([root, child]);
      const { spans, processes } = await traceOf(traceId, 2);
      const [petstore, payment] = spans.toSorted((a, b) => a.spanID.localeCompare(b.spanID));
      expect(petstore).toMatchObject({
        spanID: '00000000000000a1',
        operationName: 'GET /pets',
        references: [],
        startTime: 1_795_363_200_123_456,
        duration: 1_001,
        warnings: ['missing-end: petstore exited before the span ended'],
      });
      expect(values(petstore?.tags ?? [])).toMatchObject({
        'span.kind': 'server',
        'otel.status_code': 'ERROR',
        'otel.status_description': 'no payment',
        error: true,
        'http.route': '/pets',
        'http.response.status_code': 503,
        ok: false,
        ratio: 0.5,
        list: '["a","b"]',
        odd: '\u0000\ufffdé😀',
      });
      expect(petstore?.logs.map(({ timestamp, fields }) => [timestamp, values(fields)])).toEqual([
        [1_795_363_200_123_999, { event: 'exception', 'exception.type': 'E' }],
      ]);
      expect(payment).toMatchObject({
        operationName: 'pay',
        references: [{ refType: 'CHILD_OF', spanID: '00000000000000a1' }],
        startTime: 1_795_363_200_123_999,
        duration: 2_001,
        warnings: null,
      });
      expect(values(payment?.tags ?? [])).toMatchObject({ 'span.kind': 'internal' });
      const process = processes[payment?.processID ?? ''];
      expect(process?.serviceName).toBe('payment');
      expect(values(process?.tags ?? [])).toMatchObject({
        'service.instance.id': 'payment@lab/9.9',
      });
      expect(processes[petstore?.processID ?? '']?.serviceName).toBe('petstore');
    });

    test('keeps every microsecond of event times', async () => {
      const traceId = prefix + 'c2'.repeat(15);
      const times = Array.from(
        { length: 500 },
        (_, index) => 1_795_363_200_123_456n + BigInt(index * 1_999),
      );
      const events = times.map((micros) => ({
        timeUnixNano: `${micros}999`,
        name: 'e',
        attributes: {},
      }));
      await sender.send([sampleSpan({ traceId, events })]);
      const { spans } = await traceOf(traceId, 1);
      expect(spans[0]?.logs.map(({ timestamp }) => BigInt(timestamp))).toEqual(times);
    });

    test('has every span exactly once that was pushed while it was away', async () => {
      const traceId = prefix + 'c3'.repeat(15);
      const spans: Span[] = Array.from({ length: 2_000 }, (_, index) =>
        sampleSpan({ traceId, spanId: (index + 1).toString(16).padStart(16, '0') }),
      );
      const said: string[] = [];
      const sending = makeSender(jaeger);
      const exporter = new SpanExporter(sending, {
        spoolFolder: folder,
        maxBatchSpans: 100,
        maxDelayMs: 20,
        onState: (text) => said.push(text),
      });
      spans.slice(0, 500).forEach((span) => exporter.push(span));
      await vi.waitFor(() => expect(exporter.stats().sent).toBe(500));
      await jaeger.kill();
      spans.slice(500, 1_500).forEach((span) => exporter.push(span));
      await vi.waitFor(() => expect(exporter.stats().spooled).toBe(1_000), { timeout: 15_000 });
      await jaeger.restart();
      spans.slice(1_500).forEach((span) => exporter.push(span));
      await vi.waitFor(
        () => expect(exporter.stats()).toMatchObject({ sent: 2_000, spooled: 0, queued: 0 }),
        { timeout: 15_000 },
      );
      await exporter.close(1_000);
      expect(exporter.stats()).toMatchObject({ sent: 2_000, dropped: 0, refused: 0 });
      const { spans: kept } = await traceOf(traceId, 1_500);
      expect(kept.map(({ spanID }) => spanID).toSorted()).toEqual(
        spans.slice(500).map(({ spanId }) => spanId),
      );
      expect(said).toEqual([
        expect.stringContaining('is away'),
        expect.stringContaining('is back'),
      ]);
    });

    test('shows a span once that was sent twice', async () => {
      const traceId = prefix + 'c4'.repeat(15);
      const span = sampleSpan({ traceId, attributes: { nested: { a: [1, null] } } });
      await sender.send([span]);
      await sender.send([
        JSON.parse(JSON.stringify(span)) as Span,
        sampleSpan({ traceId, spanId: 'aa'.repeat(8) }),
      ]);
      const { spans } = await traceOf(traceId, 2);
      expect(spans.map(({ spanID }) => spanID).toSorted()).toEqual(['aa'.repeat(8), span.spanId]);
    });
  },
);

afterAll(async () => {
  if (!('skip' in started)) await started.stop();
});
