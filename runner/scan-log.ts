import { FirehoseText } from '../log/firehose-text.ts';
import { SpanScanner } from '../spans/fast/span-scanner.ts';
import { LogTracer, type TracerCounts } from '../spans/log-tracer.ts';
import type { Span } from '../spans/span.ts';
import { progressLine } from './progress-line.ts';
import type { SpanSink } from './span-sinks.ts';
import { scanFile } from './span-workers/scan-file.ts';
import { automaticRules } from './trace-logs.ts';
import { WriteBehind } from './write-behind.ts';

/** What came of a scanned log. */
export interface Scanned {
  /** Of spans that show their boundaries. */
  readonly scanned: SpanScanner['counts'];
  /** Of what was made of all other lines. */
  readonly rest: TracerCounts;
  readonly others: SpanScanner['others'];
}

/**
 * Makes spans of a stored firehose by the fast way, and gives them to a sink:
 * lines of spans that show their boundaries are scanned, all others are traced
 * as those of any log. Throws a UserError for a file that cannot be read.
 */
export async function scanLog(file: string, sink: SpanSink): Promise<Scanned> {
  let spans: Span[] = [];
  const tracer = new LogTracer(
    ({ span }) => spans.push(span),
    () => {},
    { rules: automaticRules() },
  );
  const text = new FirehoseText();
  const scanner = new SpanScanner({}, (entry) => tracer.push(text.read(entry)));
  const behind = new WriteBehind((lines) => sink.takeLines(lines));
  const progress = progressLine();
  const give = async (): Promise<void> => {
    await behind.take(scanner.take());
    if (spans.length === 0) return;
    await sink.take(spans);
    spans = [];
  };
  for await (const block of scanFile(file)) {
    scanner.push(block);
    await give();
    const { lines, complete } = scanner.counts;
    progress.show(`${lines} lines read, ${complete} spans complete`);
  }
  scanner.end();
  tracer.end();
  await give();
  await behind.end();
  progress.clear();
  return { scanned: scanner.counts, rest: tracer.counts, others: scanner.others };
}
