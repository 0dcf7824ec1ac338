import { SPAN_KIND, STATUS, type Span } from '../../spans/span.ts';

/** A server span of PetStore that took 1.001334 ms, with what is given instead. */
export function sampleSpan(instead: Partial<Span> = {}): Span {
  return {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    name: 'GET /pets',
    kind: SPAN_KIND.server,
    startTimeUnixNano: '1795363200123456789',
    endTimeUnixNano: '1795363200124458123',
    status: { code: STATUS.unset },
    attributes: {},
    events: [],
    links: [],
    resource: { 'service.name': 'petstore', 'service.instance.id': 'petstore@lab/1.2' },
    lines: [],
    warnings: [],
    ...instead,
  };
}

/** Spans told apart by their ids, `00…00` on. */
export function sampleSpans(count: number, from = 0): Span[] {
  return Array.from({ length: count }, (_, index) =>
    sampleSpan({ spanId: (from + index).toString(16).padStart(16, '0') }),
  );
}
