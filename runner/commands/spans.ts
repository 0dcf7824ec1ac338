import { once } from 'node:events';
import { otlpSender } from '../../export/otlp.ts';
import { jaegerTrace } from '../../spans/jaeger.ts';
import { SpanRebuilder, type RebuildCounts } from '../../spans/rebuild.ts';
import type { Span } from '../../spans/span.ts';
import { readStored } from '../read-stored.ts';
import { say } from '../say.ts';
import { UserError } from '../user-error.ts';

export interface SpansOptions {
  readonly format: 'ndjson' | 'jaeger';
  readonly send?: string;
}

/** Where spans go: `take` gets them as they are rebuilt, `end` when all are there. */
interface Sink {
  take(spans: readonly Span[]): Promise<void>;
  end(): Promise<void>;
}

const SEND_BATCH = 512;

/** Rebuilds the spans of stored firehoses, and prints them or sends them to Jaeger. A summary goes to stderr. */
export async function spans(files: readonly string[], options: SpansOptions): Promise<void> {
  const sink =
    options.send !== undefined
      ? sendTo(options.send)
      : options.format === 'jaeger'
        ? jaegerJson()
        : ndjson();
  let rebuilt: Span[] = [];
  const rebuilder = new SpanRebuilder(({ span }) => rebuilt.push(span));
  const pass = async (): Promise<void> => {
    const batch = rebuilt;
    rebuilt = [];
    await sink.take(batch);
  };
  for await (const entries of readStored(files)) {
    for (const entry of entries) rebuilder.push(entry);
    await pass();
  }
  rebuilder.end();
  await pass();
  await sink.end();
  say(summary(rebuilder.counts));
}

function ndjson(): Sink {
  return {
    take: (batch) => print(batch.map((span) => `${JSON.stringify(span)}\n`).join('')),
    end: async () => {},
  };
}

/** The form that Jaeger's UI opens as a file: one document, so all is kept until the end. */
function jaegerJson(): Sink {
  const all: Span[] = [];
  return {
    async take(batch) {
      all.push(...batch);
    },
    async end() {
      const data = [...Map.groupBy(all, ({ traceId }) => traceId).values()].map(jaegerTrace);
      await print(`${JSON.stringify({ data })}\n`);
    },
  };
}

async function print(text: string): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
}

function sendTo(url: string): Sink {
  const sender = makeSender(url);
  let sent = 0;
  return {
    async take(batch) {
      try {
        for (let at = 0; at < batch.length; at += SEND_BATCH) {
          await sender.send(batch.slice(at, at + SEND_BATCH));
        }
        sent += batch.length;
      } catch (error) {
        await sender.close();
        throw new UserError(`${sender.target}: ${(error as Error).message}`, 1);
      }
    },
    async end() {
      await sender.close();
      say(`sent ${sent} spans to ${sender.target}`);
    },
  };
}

function makeSender(url: string): ReturnType<typeof otlpSender> {
  try {
    return otlpSender(url);
  } catch (error) {
    throw new UserError(`--send: ${(error as Error).message}`);
  }
}

function summary({
  lines,
  inSpans,
  complete,
  incomplete,
  unplaced,
  duplicates,
}: RebuildCounts): string {
  return (
    `${lines} lines, ${inSpans} of them in ${complete} complete and ${incomplete} incomplete spans` +
    (unplaced > 0 ? `, ${unplaced} with ids but without boundaries` : '') +
    (duplicates > 0 ? `, ${duplicates} repeated` : '')
  );
}
