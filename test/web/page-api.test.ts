import { describe, expect, test } from 'vitest';
import { TraceStore } from '../../export/trace-store.ts';
import type { TraceList } from '../../web/find-api.ts';
import { answerPage } from '../../web/page-api.ts';
import type { SpanDetail, TraceLines, TraceOutline } from '../../web/trace-api.ts';
import { micros, rebuilt, spanId, traceId } from '../export/rebuilt.ts';

const store = new TraceStore(':memory:');
const root = rebuilt({ trace: 1, span: 1, name: 'GET /a', long: 40, seqs: [1, 4] });
const child = rebuilt({
  trace: 1,
  span: 2,
  parent: 1,
  service: 'pay',
  at: 5,
  seqs: [7, 8],
  attributes: { 'http.route': '/a' },
  warnings: [{ kind: 'missing-end', message: 'killed' }],
});
store.add([
  root,
  child,
  rebuilt({ trace: 2, span: 1, name: 'GET /b', at: 50_000, status: { code: 2 } }),
]);

function answer<T = unknown>(path: string): { readonly status: number; readonly body: T } {
  const answer = answerPage(store, new URL(`http://localhost/api/one-log/${path}`));
  return JSON.parse(JSON.stringify(answer));
}

const seconds = (atMillis: number): string => (micros(atMillis) / 1e6).toFixed(6);

describe('the list of traces', () => {
  test.each([
    ['', ['GET /b', 'GET /a']],
    ['errors=true', ['GET /b']],
    ['minDuration=40', ['GET /a']],
    ['maxDuration=39.9', ['GET /b']],
    ['service=shop&operation=GET%20/a', ['GET /a']],
    ['text=get%20/B', ['GET /b']],
    ['text=line%208%20of%20pay', ['GET /a']],
    ['limit=1', ['GET /b']],
    [`from=${seconds(1)}`, ['GET /b']],
    [`to=${seconds(49_999)}`, ['GET /a']],
    ['last=49.999', ['GET /b']],
    ['last=50', ['GET /b', 'GET /a']],
    ['service=&text=&minDuration=&maxDuration=&last=&from=&to=', ['GET /b', 'GET /a']],
  ])('is narrowed by "%s"', (query, names) => {
    const { traces } = answer<TraceList>(`traces?${query}`).body;
    expect(traces.map(({ name }) => name)).toEqual(names);
  });

  test('has a point for each of them, and says how many it looked through', () => {
    expect(answer<TraceList>('traces?limit=1').body).toMatchObject({
      traces: [{ traceId: traceId(2) }],
      points: [
        { traceId: traceId(2), errors: 1 },
        { durationMicros: 40_000, name: 'GET /a' },
      ],
      searched: 2,
      total: 2,
      evicted: 0,
    });
  });
});

describe('a trace', () => {
  test('is told in outline, its lines by their place', () => {
    const { spans, ...rest } = answer<TraceOutline>(`traces/${traceId(1)}`).body;
    expect(rest).toEqual({ traceId: traceId(1), lineCount: 4, services: ['pay', 'shop'] });
    expect(spans).toEqual([
      expect.objectContaining({
        spanId: spanId(1),
        name: 'GET /a',
        service: 'shop',
        lines: [0, 1],
      }),
      expect.objectContaining({
        parentSpanId: spanId(1),
        lines: [2, 3],
        warnings: child.span.warnings,
      }),
    ]);
    expect(spans[1]).not.toHaveProperty('attributes');
  });

  test('gives one span in full, with the exact lines it was made of', () => {
    const { span, lines } = answer<SpanDetail>(`traces/${traceId(1)}/spans/${spanId(2)}`).body;
    expect(span).toEqual(child.span);
    expect(lines.map(({ text, place }) => ({ text, place }))).toEqual(
      child.entries.map(({ text }, index) => ({ text, place: 2 + index })),
    );
  });

  test('gives its lines in parts, also those around one', () => {
    const texts = (query: string) =>
      answer<TraceLines>(`traces/${traceId(1)}/lines?${query}`).body.lines.map(({ text }) => text);
    const all = [...root.entries, ...child.entries].map(({ text }) => text);
    expect(texts('')).toEqual(all);
    expect(texts('offset=1&limit=2')).toEqual(all.slice(1, 3));
    const around = encodeURIComponent(`${child.entries[0]?.instance}#7`);
    expect(texts(`around=${around}&limit=1`)).toEqual([all[2]]);
  });

  test('is suggested where the id asked for is part of its own', () => {
    const { status, body } = answer(`traces/${traceId(1).slice(0, 30)}`);
    expect(status).toBe(404);
    expect(body).toMatchObject({
      error: expect.stringContaining('is held'),
      nearest: [{ traceId: traceId(2) }, { traceId: traceId(1), name: 'GET /a' }],
    });
  });
});

test('names what can be asked for', () => {
  expect(answer('names?service=shop').body).toEqual({
    services: ['pay', 'shop'],
    operations: ['GET /a', 'GET /b'],
  });
});

test.each([
  ['traces?limit=0', 400, `'limit' should be a number from 1 to 500, got "0"`],
  ['traces?minDuration=x', 400, /'minDuration' should be a number from 0 to \d+, got "x"/],
  ['traces?from=1e99', 400, /'from' should be a number from 0 to \d+, got "1e99"/],
  ['traces?from=2&to=1', 400, "'to' should not be before 'from'"],
  ['traces/xyz', 400, 'a trace id is 1 to 32 hex digits, got "xyz"'],
  ['traces/1', 404, /no trace 0+1 is held: it may be still to come, or have fallen out/],
  [`traces/${traceId(1)}/spans/7`, 404, `trace ${traceId(1)} has no span 7`],
  [`traces/${traceId(1)}/lines?offset=-1`, 400, /'offset' should be a number from 0/],
  [`traces/${traceId(1)}/nope`, 404, /expected traces, .* got traces\/:id\/nope/],
  ['nope', 404, /expected traces, .* got nope/],
])('refuses %s with a reason', (path, status, error) => {
  const refused = answer<{ error: string }>(path);
  expect(refused.status).toBe(status);
  expect(refused.body.error).toMatch(error);
});

test('leaves other paths to others', () => {
  expect(answerPage(store, new URL('http://localhost/api/services'))).toBeUndefined();
});
