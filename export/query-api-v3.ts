/**
 * The part of Jaeger's newer query API that its UI's search page asks for:
 * https://www.jaegertracing.io/docs/latest/apis/ (`/api/v3`), as
 * cmd/jaeger/internal/extension/jaegerquery/internal/apiv3 of Jaeger v2.20
 * answers it. Single traces the UI still takes from the older one.
 *
 * `{"services":["payment","petstore"]}`
 */
import { serviceName } from '../spans/service-name.ts';
import { STATUS, type Span } from '../spans/span.ts';
import { BadParameter, parseTraceQuery } from './query-params.ts';
import type { TraceQueries } from './trace-queries.ts';

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** The answer to a GET of `url`, or undefined where this part has no such path. Bad parameters are a 400 in Jaeger's form. */
export function answerQueryV3(
  queries: TraceQueries,
  { pathname, searchParams }: URL,
  nowMillis: number,
): Answer | undefined {
  try {
    switch (pathname) {
      case '/api/v3/services':
        return ok({ services: queries.services() });
      case '/api/v3/operations':
        return ok({ operations: operations(queries, searchParams) });
      case '/api/v3/trace-summaries':
        return ok({ summaries: summaries(queries, searchParams, nowMillis) });
      default:
        return undefined;
    }
  } catch (error) {
    if (!(error instanceof BadParameter)) throw error;
    return { status: 400, body: { error: { httpCode: 400, message: error.message } } };
  }
}

const ok = (body: object): Answer => ({ status: 200, body });

function operations(queries: TraceQueries, params: URLSearchParams): object[] {
  const service = params.get('service') ?? '';
  if (service === '') throw new BadParameter("parameter 'service' is required");
  return queries.operations(service, params.get('span_kind') ?? '');
}

function summaries(
  queries: TraceQueries,
  params: URLSearchParams,
  nowMillis: number,
): TraceSummary[] {
  return queries
    .find(parseTraceQuery(olderNames(params), nowMillis))
    .map((traceId) => queries.spans(traceId))
    .filter((spans) => spans.length > 0)
    .map(traceSummary);
}

/** The older API's name of each parameter; camel case and snake case are both taken. */
const OLDER_NAMES = {
  serviceName: 'service',
  operationName: 'operation',
  attributes: 'tags',
  startTimeMin: 'start',
  startTimeMax: 'end',
  durationMin: 'minDuration',
  durationMax: 'maxDuration',
  searchDepth: 'limit',
  numTraces: 'limit',
} as const;

const DEFAULT_LIMIT = '20';

function olderNames(params: URLSearchParams): URLSearchParams {
  const older = new URLSearchParams({ limit: DEFAULT_LIMIT });
  for (const [name, olderName] of Object.entries(OLDER_NAMES)) {
    const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const value = params.get(`query.${name}`) ?? params.get(`query.${snake}`);
    if (value === null || value === '') continue;
    older.set(olderName, name.startsWith('startTime') ? micros(`query.${name}`, value) : value);
  }
  if (!older.has('start') || !older.has('end')) {
    throw new BadParameter('query.startTimeMin and query.startTimeMax are required');
  }
  return older;
}

function micros(name: string, time: string): string {
  const millis = Date.parse(time);
  if (Number.isNaN(millis)) {
    throw new BadParameter(
      `malformed parameter ${name}: expected a time such as 2026-11-23T08:00:00Z, got ${JSON.stringify(time)}`,
    );
  }
  return `${millis * 1000}`;
}

interface TraceSummary extends SpanCounts {
  readonly traceId: string;
  readonly rootServiceName: string;
  readonly rootOperationName: string;
  readonly minStartTimeUnixNano: string;
  readonly maxEndTimeUnixNano: string;
  readonly services: readonly ({ readonly name: string } & SpanCounts)[];
}

interface SpanCounts {
  readonly spanCount: number;
  readonly errorSpanCount: number;
}

/** `spans` are one trace's, at least one. The root is the earliest span without a parent, else the earliest. */
function traceSummary(spans: readonly Span[]): TraceSummary {
  const byStart = spans.toSorted((a, b) =>
    Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)),
  );
  const first = byStart[0] as Span;
  const root = byStart.find(({ parentSpanId }) => parentSpanId === undefined) ?? first;
  const services = [...Map.groupBy(spans, serviceName)].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    traceId: first.traceId,
    rootServiceName: serviceName(root),
    rootOperationName: root.name,
    minStartTimeUnixNano: first.startTimeUnixNano,
    maxEndTimeUnixNano: spans
      .map(({ endTimeUnixNano }) => BigInt(endTimeUnixNano))
      .reduce((latest, end) => (end > latest ? end : latest))
      .toString(),
    ...counts(spans),
    services: services.map(([name, own]) => ({ name, ...counts(own) })),
  };
}

const counts = (spans: readonly Span[]): SpanCounts => ({
  spanCount: spans.length,
  errorSpanCount: spans.filter(({ status }) => status.code === STATUS.error).length,
});
