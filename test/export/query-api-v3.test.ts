import { describe, expect, test } from 'vitest';
import { answerQueryV3 } from '../../export/query-api-v3.ts';
import { TraceStore } from '../../export/trace-store.ts';
import { micros, rebuilt, traceId } from './rebuilt.ts';

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
  rebuilt({ trace: 1, span: 2, parent: 1, service: 'pay', at: 5, long: 30, status: { code: 2 } }),
  rebuilt({ trace: 2, span: 1, kind: 2, name: 'GET /b', at: 100, long: 3 }),
]);

const get = (path: string) =>
  answerQueryV3(store.queries, new URL(path, 'http://localhost'), Date.now());

/** The whole time of the test's traces. */
const time = `query.startTimeMin=${iso(-1000)}&query.startTimeMax=${iso(1000)}`;

function iso(atMillis: number): string {
  return encodeURIComponent(new Date(micros(atMillis) / 1000).toISOString());
}

function found(query: string): unknown[] {
  const { summaries = [] } = (get(`/api/v3/trace-summaries?${query}`)?.body ?? {}) as {
    summaries?: { traceId: string }[];
  };
  return summaries.map((summary) => summary.traceId);
}

describe("the newer query API of Jaeger's UI", () => {
  test('lists services and operations', () => {
    expect(get('/api/v3/services')?.body).toEqual({ services: ['pay', 'shop'] });
    expect(get('/api/v3/operations?service=pay')?.body).toEqual({
      operations: [{ name: 'op 2', spanKind: 'internal' }],
    });
  });

  test('sums up each trace, the newest first', () => {
    expect(get(`/api/v3/trace-summaries?query.serviceName=shop&${time}`)?.body).toEqual({
      summaries: [
        expect.objectContaining({ traceId: traceId(2), spanCount: 1, errorSpanCount: 0 }),
        {
          traceId: traceId(1),
          rootServiceName: 'shop',
          rootOperationName: 'GET /a',
          minStartTimeUnixNano: `${micros(0)}000`,
          maxEndTimeUnixNano: `${micros(35)}000`,
          spanCount: 2,
          errorSpanCount: 1,
          services: [
            { name: 'pay', spanCount: 1, errorSpanCount: 1 },
            { name: 'shop', spanCount: 1, errorSpanCount: 0 },
          ],
        },
      ],
    });
  });

  test.each([
    ['query.serviceName=shop&query.operationName=GET%20/b', [2]],
    ['query.service_name=shop&query.search_depth=1', [2]],
    ['query.serviceName=shop&query.attributes={"user":"ann"}', [1]],
    ['query.serviceName=shop&query.durationMin=10ms', [1]],
    ['query.serviceName=nobody', []],
  ])('finds by %s', (query, traces) => {
    expect(found(`${query}&${time}`)).toEqual(traces.map(traceId));
  });

  test.each([
    ['no time', 'query.serviceName=shop', 'are required'],
    [
      'a time that is none',
      `query.serviceName=shop&query.startTimeMin=x&query.startTimeMax=y`,
      'malformed parameter query.startTimeMin',
    ],
    [
      'a depth that is none',
      `query.serviceName=shop&query.searchDepth=x&${time}`,
      'expected an integer',
    ],
    ['no service', time, "parameter 'service' is required"],
  ])('refuses %s in the form of that API', (_, query, message) => {
    expect(get(`/api/v3/trace-summaries?${query}`)).toEqual({
      status: 400,
      body: { error: { httpCode: 400, message: expect.stringContaining(message) } },
    });
  });

  test('leaves other paths to others', () => {
    expect(get('/api/v3/nowhere')).toBeUndefined();
  });
});
