import { correctSkews, estimateSkews } from '../spans/infer/skew.ts';
import type { Span } from '../spans/span.ts';
import { say } from './say.ts';
import { parsedSpans, type SpanSink } from './span-sinks.ts';

/** Spans held to learn the clocks from; what comes after is corrected by what those told. */
const MAX_HELD = 200_000;

/**
 * Puts all spans on one clock before they go to a sink: how far the hosts'
 * clocks are apart is estimated from many spans, so they come late. What was
 * found is said; each span that is moved has a warning with before and after.
 */
export function withSkewsCorrected(sink: SpanSink): SpanSink {
  let held: Span[] = [];
  let skews: ReturnType<typeof estimateSkews> | undefined;
  const release = async (): Promise<void> => {
    if (skews === undefined) {
      skews = estimateSkews(held);
      for (const [clock, nanos] of skews) {
        if (nanos !== 0n) say(`clock of ${clock} is ${Number(nanos) / 1e6} ms ahead; corrected`);
      }
    }
    const spans = correctSkews(held, skews);
    held = [];
    if (spans.length > 0) await sink.take(spans);
  };
  const take = async (spans: readonly Span[]): Promise<void> => {
    for (const span of spans) held.push(span);
    if (skews !== undefined || held.length >= MAX_HELD) await release();
  };
  return {
    take,
    takeLines: (ndjson) => take(parsedSpans(ndjson)),
    async end() {
      await release();
      await sink.end();
    },
  };
}
