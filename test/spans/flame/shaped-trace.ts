import fc from 'fast-check';
import { SPAN_KIND, type Span } from '../../../spans/span.ts';
import { sampleSpan } from '../../export/sample-span.ts';

/** `[name, its parent's name, start, end]`, in milliseconds. */
export type Shape = readonly [name: string, parent: string | undefined, start: number, end: number];

const ORIGIN = 1_795_363_200_000_000_000n;

/** The spans of one trace; names are ids too. What has a colon in its name is of the service before it. */
export function shapedTrace(
  shapes: readonly Shape[],
  { traceId = 'a'.repeat(32), unit = 1e6 }: { traceId?: string; unit?: number } = {},
): Span[] {
  return shapes.map(([name, parent, start, end]) =>
    sampleSpan({
      traceId,
      spanId: name,
      ...(parent !== undefined && { parentSpanId: parent }),
      name: name.replace(/^[^:]*:/, ''),
      kind: SPAN_KIND.internal,
      resource: { 'service.name': name.includes(':') ? name.replace(/:[^]*/, '') : 'shop' },
      startTimeUnixNano: `${ORIGIN + BigInt(Math.round(start * unit))}`,
      endTimeUnixNano: `${ORIGIN + BigInt(Math.round(end * unit))}`,
    }),
  );
}

/** Milliseconds since what every shaped trace counts from. */
export const millis = (unixNano: string): number => Number(BigInt(unixNano) - ORIGIN) / 1e6;

/** Traces of all sorts, in nanoseconds: parents that are absent, in circles or elsewhere in time, ids twice, ends before starts. */
export const messyTrace: fc.Arbitrary<Span[]> = fc
  .array(
    fc.record({
      id: fc.nat(12),
      parent: fc.option(fc.nat(14), { nil: undefined }),
      start: fc.nat(5_000),
      length: fc.integer({ min: -200, max: 3_000 }),
      service: fc.constantFrom('shop', 'bank;ing', ''),
      name: fc.constantFrom('GET /', 'a;b', 'tab\tnew\nline 12', ''),
      kind: fc.constantFrom(...Object.values(SPAN_KIND)),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((items) =>
    items.map(({ id, parent, start, length, service, name, kind }) =>
      sampleSpan({
        traceId: 'b'.repeat(32),
        spanId: `${id}`,
        ...(parent !== undefined && { parentSpanId: `${parent}` }),
        name,
        kind,
        resource: { 'service.name': service },
        startTimeUnixNano: `${ORIGIN + BigInt(start)}`,
        endTimeUnixNano: `${ORIGIN + BigInt(start + length)}`,
      }),
    ),
  );
