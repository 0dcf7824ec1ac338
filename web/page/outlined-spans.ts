import type { Span } from '../../spans/span.ts';
import type { TraceOutline } from '../trace-api.ts';

/**
 * The outlines of a trace as the spans they are of, for what works on spans:
 * attributes, events, links and lines are empty here, and the resource has the
 * service's name alone. `SpanDetail` has the rest.
 */
export function outlinedSpans({ traceId, spans }: TraceOutline): Span[] {
  return spans.map(({ service, ...outline }) => ({
    ...outline,
    traceId,
    attributes: {},
    events: [],
    links: [],
    resource: { 'service.name': service },
    lines: [],
  }));
}
