import { describe, expect, test } from 'vitest';
import { answerQuery } from '../../export/query-api.ts';
import { TraceStore } from '../../export/trace-store.ts';
import { micros, rebuilt, spanId, traceId } from './rebuilt.ts';

const store = new TraceStore(':memory:');
store.add([
  rebuilt({
    trace: 1,
    span: 1,
    kind: 2,
    name: 'GET /a',
    at: 0,
    long: 20,
    attributes: { user: 'ann' },
  }),
  rebuilt({ trace: 1, span: 2, parent: 1, service: 'pay me/now', at: 5, status: { code: 2 } }),
  rebuilt({ trace: 2, span: 1, kind: 2, name: 'GET /a', at: 100, long: 3 }),
  rebuilt({ trace: 2, span: 2, kind: 3, name: 'GET /a', parent: 1, at: 100, long: 1 }),
]);
const zeros = rebuilt({ trace: 3, span: 1, service: 'short', at: 200 });
store.add([{ ...zeros, span: { ...zeros.span, traceId: '5b8'.padStart(32, '0') } }]);

const get = (path: string) =>
  answerQuery(store.queries, new URL(path, 'http://localhost'), Date.now());
const done = (data: unknown, total = 0) => ({
  status: 200,
  body: { data, total, limit: 0, offset: 0, errors: null },
});
const idsOf = (path: string) => {
  const data = get(path)?.body.data as { traceID: string }[];
  return data.map(({ traceID }) => traceID);
};

describe("Jaeger's query API", () => {
  test('lists services and operations', () => {
    expect(get('/api/services')).toEqual(done(['pay me/now', 'shop', 'short'], 3));
    expect(get('/api/services/shop/operations')).toEqual(done(['GET /a'], 1));
    expect(get('/api/services/pay%20me%2Fnow/operations')).toEqual(done(['op 2'], 1));
    expect(get('/api/services/none/operations')).toEqual(done([], 0));
    const kinds = [
      { name: 'GET /a', spanKind: 'server' },
      { name: 'GET /a', spanKind: 'client' },
    ];
    expect(get('/api/operations?service=shop')).toEqual(done(kinds, 2));
    expect(get('/api/operations?service=shop&spanKind=client')).toEqual(done(kinds.slice(1), 1));
  });

  test('gives one trace, by its short id too', () => {
    expect(get(`/api/traces/${traceId(1)}`)).toMatchObject(
      done([{ traceID: traceId(1), spans: [{ spanID: spanId(1) }, { spanID: spanId(2) }] }]),
    );
    expect(get('/api/traces/5B8')).toMatchObject(done([{ traceID: '00000000000005b8' }]));
  });

  test.each([
    ['service=shop', [traceId(2), traceId(1)]],
    ['service=shop&operation=GET%20/a&limit=1', [traceId(2)]],
    ['service=shop&tags={"user":"ann"}', [traceId(1)]],
    ['service=shop&tag=span.kind:client', [traceId(2)]],
    ['service=pay%20me/now&tags={"error":"true"}', [traceId(1)]],
    ['service=shop&tags={"error":"true"}', []],
    [`service=shop&start=${micros(50)}`, [traceId(2)]],
    [`service=shop&end=${micros(50)}&lookback=1h`, [traceId(1)]],
    ['service=shop&minDuration=20ms', [traceId(1)]],
    ['service=shop&minDuration=20.000001ms', []],
    ['service=shop&maxDuration=1ms', [traceId(2)]],
    ['service=none', []],
  ])('finds by %s', (query, ids) => {
    expect(idsOf(`/api/traces?${query}`)).toEqual(ids);
  });

  test('gives the traces it has of those asked for by id, and says which it has not', () => {
    const answer = get(`/api/traces?traceID=12&traceID=${traceId(2)}`);
    expect(answer?.body.data).toMatchObject([{ traceID: traceId(2) }]);
    expect(answer?.body.errors).toEqual([{ msg: 'trace not found', traceID: '0000000000000012' }]);
  });

  test('counts dependencies', () => {
    const links = [
      { parent: 'shop', child: 'pay me/now', callCount: 1 },
      { parent: 'shop', child: 'shop', callCount: 1 },
    ];
    const path = `/api/dependencies?endTs=${Date.now()}&lookback=604800000`;
    expect(get(path)).toEqual(done(links));
    expect(get(`${path}&service=pay%20me/now`)).toEqual(done(links.slice(0, 1)));
    expect(get(`/api/dependencies?endTs=1000&lookback=10`)).toEqual(done([]));
  });

  test.each([
    ['/api/operations', 400, "parameter 'service' is required"],
    ['/api/traces', 400, "parameter 'service' is required"],
    ['/api/traces/xyz', 400, 'a trace id is 1 to 32 hex digits, got "xyz"'],
    ['/api/traces/123', 404, 'trace not found'],
    ['/api/services/%ff/operations', 400, 'the path has a broken percent escape: %ff'],
    [
      '/api/dependencies?endTs=x',
      400,
      `unable to parse param 'endTs': expected an integer, got "x"`,
    ],
  ])("refuses %s in Jaeger's form", (path, code, msg) => {
    expect(get(path)).toEqual({
      status: code,
      body: { data: null, total: 0, limit: 0, offset: 0, errors: [{ code, msg }] },
    });
  });

  test('knows no other path', () => {
    expect(get('/api/nope')).toBeUndefined();
    expect(get('/api/traces/1/2')).toBeUndefined();
  });
});
