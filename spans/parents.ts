import type { Span } from './span.ts';

/** The parents of spans that have theirs among them. It is looked for in the trace: some systems repeat span ids. */
export function parentsOf(spans: readonly Span[]): ReadonlyMap<Span, Span> {
  const byId = new Map(spans.map((span) => [span.traceId + span.spanId, span]));
  const parents = new Map<Span, Span>();
  for (const span of spans) {
    const parent = byId.get(span.traceId + (span.parentSpanId ?? ''));
    if (parent !== undefined && span.parentSpanId !== undefined) parents.set(span, parent);
  }
  return parents;
}
