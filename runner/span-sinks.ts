import { Buffer } from 'node:buffer';
import { otlpSender } from '../export/otlp.ts';
import type { Sender } from '../export/sender.ts';
import { jaegerTrace } from '../spans/jaeger.ts';
import { otlpRequest } from '../spans/otlp.ts';
import type { Span } from '../spans/span.ts';
import { say } from './say.ts';
import { UserError } from './user-error.ts';

/**
 * Where spans go. `takeLines` gets them as NDJSON (its memory is free again
 * when the promise resolves), `take` as they are; `end` when all are there.
 */
export interface SpanSink {
  takeLines(ndjson: Uint8Array): Promise<void>;
  take(spans: readonly Span[]): Promise<void>;
  end(): Promise<void>;
}

export type SpanFormat = 'ndjson' | 'otlp' | 'jaeger';

const BATCH = 512;

/** Prints spans to stdout. */
export function printSpans(format: SpanFormat): SpanSink {
  return format === 'ndjson' ? ndjson() : format === 'otlp' ? otlpJson() : jaegerJson();
}

/** Sends spans to a collector. Throws a UserError for a URL that is none, and where spans are not accepted. */
export function sendSpans(url: string): SpanSink {
  const sender = makeSender(url);
  let sent = 0;
  return spanSink({
    async take(spans) {
      try {
        for (const batch of batches(spans)) await sender.send(batch);
        sent += spans.length;
      } catch (error) {
        await sender.close();
        throw new UserError(`${sender.target}: ${(error as Error).message}`, 1);
      }
    },
    async end() {
      await sender.close();
      say(`sent ${sent} spans to ${sender.target}`);
    },
  });
}

function ndjson(): SpanSink {
  return {
    takeLines: print,
    take: (spans) => print(Buffer.from(spans.map((span) => `${JSON.stringify(span)}\n`).join(''))),
    end: async () => {},
  };
}

/** A request a line, as collectors read files. */
function otlpJson(): SpanSink {
  return spanSink({
    async take(spans) {
      for (const batch of batches(spans)) {
        await print(Buffer.from(`${JSON.stringify(otlpRequest(batch))}\n`));
      }
    },
    end: async () => {},
  });
}

/** The form that Jaeger's UI opens as a file: one document, so all is kept until the end. */
function jaegerJson(): SpanSink {
  const all: Span[] = [];
  return spanSink({
    async take(spans) {
      for (const span of spans) all.push(span);
    },
    async end() {
      const traces = [...Map.groupBy(all, ({ traceId }) => traceId).values()].map(jaegerTrace);
      await print(Buffer.from('{"data":['));
      for (const [index, trace] of traces.entries()) {
        await print(Buffer.from(`${index === 0 ? '' : ','}${JSON.stringify(trace)}`));
      }
      await print(Buffer.from(']}\n'));
    },
  });
}

/** For what needs spans, not text. */
function spanSink(sink: Omit<SpanSink, 'takeLines'>): SpanSink {
  return { ...sink, takeLines: (ndjson) => sink.take(parsedSpans(ndjson)) };
}

/** Spans of ours, back from their NDJSON. */
export function parsedSpans(ndjson: Uint8Array): Span[] {
  return Buffer.from(ndjson.buffer, ndjson.byteOffset, ndjson.length)
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Span);
}

function* batches(spans: readonly Span[]): Generator<readonly Span[]> {
  for (let at = 0; at < spans.length; at += BATCH) yield spans.slice(at, at + BATCH);
}

async function print(bytes: Uint8Array): Promise<void> {
  if (bytes.length === 0) return;
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

function makeSender(url: string): Sender {
  try {
    return otlpSender(url);
  } catch (error) {
    throw new UserError(`--send: ${(error as Error).message}`);
  }
}
