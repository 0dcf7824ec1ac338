/**
 * Jaeger's query API over the embedded store, so that Jaeger's UI and
 * Grafana's Jaeger data source can be pointed at it:
 * https://www.jaegertracing.io/docs/latest/apis/ ("internal HTTP JSON"), as
 * cmd/jaeger/internal/extension/jaegerquery of Jaeger v2.20 answers it.
 *
 * `{"data":["payment","petstore"],"total":2,"limit":0,"offset":0,"errors":null}`
 */
import { jaegerTrace, jaegerTraceId, type JaegerTrace } from '../spans/jaeger.ts';
import { BadParameter, parseTraceId, parseTraceQuery, parseWindow } from './query-params.ts';
import type { TraceQueries } from './trace-queries.ts';

interface QueryAnswer {
  readonly status: number;
  readonly body: Envelope;
}

interface Envelope {
  readonly data: unknown;
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
  readonly errors: readonly QueryError[] | null;
}

interface QueryError {
  readonly code?: number;
  readonly msg: string;
  readonly traceID?: string;
}

/**
 * The answer to a GET of `url`, or undefined where Jaeger has no such path.
 * A bad parameter is a 400, an unknown trace a 404, each in Jaeger's form.
 */
export function answerQuery(
  queries: TraceQueries,
  url: URL,
  nowMillis: number,
): QueryAnswer | undefined {
  try {
    for (const [path, answer] of ROUTES) {
      const match = path.exec(url.pathname);
      if (match === null) continue;
      const segment = decodeSegment(match[1] ?? '');
      const body = answer({ queries, params: url.searchParams, segment, nowMillis });
      return { status: 200, body };
    }
    return undefined;
  } catch (error) {
    if (error instanceof BadParameter) return refusal(400, error.message);
    if (error instanceof TraceNotFound) return refusal(404, error.message);
    throw error;
  }
}

interface Request {
  readonly queries: TraceQueries;
  readonly params: URLSearchParams;
  /** The part of the path that varies. */
  readonly segment: string;
  readonly nowMillis: number;
}

class TraceNotFound extends Error {
  override readonly message = 'trace not found';
}

/** Spans in one answer at most: a search may ask for many large traces. */
const MAX_SPANS = 200_000;

const ROUTES: readonly (readonly [RegExp, (request: Request) => Envelope])[] = [
  [/^\/api\/services$/, services],
  [/^\/api\/services\/([^/]+)\/operations$/, operationNames],
  [/^\/api\/operations$/, operations],
  [/^\/api\/traces$/, search],
  [/^\/api\/traces\/([^/]+)$/, oneTrace],
  [/^\/api\/dependencies$/, dependencies],
];

function services({ queries }: Request): Envelope {
  const data = queries.services();
  return envelope(data, data.length);
}

function operationNames({ queries, segment }: Request): Envelope {
  const names = queries.operations(segment).map(({ name }) => name);
  const data = [...new Set(names)];
  return envelope(data, data.length);
}

function operations({ queries, params }: Request): Envelope {
  const service = params.get('service') ?? '';
  if (service === '') throw new BadParameter("parameter 'service' is required");
  const data = queries.operations(service, params.get('spanKind') ?? '');
  return envelope(data, data.length);
}

function search({ queries, params, nowMillis }: Request): Envelope {
  const asked = params.getAll('traceID').map(parseTraceId);
  const found = asked.length > 0 ? asked : queries.find(parseTraceQuery(params, nowMillis));
  const data: JaegerTrace[] = [];
  const errors: QueryError[] = [];
  let spanCount = 0;
  for (const traceId of found) {
    const spans = spanCount < MAX_SPANS ? queries.spans(traceId) : [];
    spanCount += spans.length;
    if (spans.length > 0) data.push(jaegerTrace(spans));
    else if (spanCount < MAX_SPANS) errors.push(notFound(traceId));
  }
  if (spanCount >= MAX_SPANS) {
    errors.push({
      msg: `${data.length} of ${found.length} traces: an answer ends at ${MAX_SPANS} spans; ask for a shorter time or a smaller limit`,
    });
  }
  return { ...envelope(data), errors: errors.length === 0 ? null : errors };
}

function oneTrace({ queries, segment }: Request): Envelope {
  const spans = queries.spans(parseTraceId(segment));
  if (spans.length === 0) throw new TraceNotFound();
  return envelope([jaegerTrace(spans)]);
}

function dependencies({ queries, params, nowMillis }: Request): Envelope {
  const { startMicros, endMicros } = parseWindow(params, nowMillis);
  const service = params.get('service') ?? '';
  const links = queries.dependencies(startMicros, endMicros);
  return envelope(
    links.filter(({ parent, child }) => service === '' || [parent, child].includes(service)),
  );
}

/** Jaeger counts the names it lists, and leaves `total` at 0 elsewhere. */
function envelope(data: readonly unknown[], total = 0): Envelope {
  return { data, total, limit: 0, offset: 0, errors: null };
}

function refusal(code: number, msg: string): QueryAnswer {
  return { status: code, body: { ...envelope([]), data: null, errors: [{ code, msg }] } };
}

function notFound(traceId: string): QueryError {
  return { msg: new TraceNotFound().message, traceID: jaegerTraceId(traceId) };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw new BadParameter(`the path has a broken percent escape: ${segment}`, { cause: error });
  }
}
