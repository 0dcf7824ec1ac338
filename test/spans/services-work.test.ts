import { expect, test } from 'vitest';
import { servicesWork } from '../../spans/services-work.ts';
import { readSpans } from '../../spans/read-spans.ts';

const [checkout, incident] = readSpans(
  ['petstore', 'system']
    .map((service, at) =>
      JSON.stringify({
        traceId: 'a'.repeat(32),
        spanId: `${at + 1}`.repeat(16),
        name: 'x',
        kind: 1,
        startTimeUnixNano: '1',
        endTimeUnixNano: '2',
        status: { code: 0 },
        attributes: {},
        events: [],
        links: [],
        resource: { 'service.name': service },
        lines: [],
        warnings: [],
      }),
    )
    .join('\n'),
);

test('what was said of a trace later is no work of its services', () => {
  expect(servicesWork([checkout, incident].flatMap((span) => span ?? []))).toEqual([checkout]);
});

test('a trace of nothing else is shown as it is', () => {
  expect(servicesWork([incident].flatMap((span) => span ?? []))).toEqual([incident]);
});
