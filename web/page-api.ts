import { BadParameter, parseTraceId } from '../export/query-params.ts';
import type { TraceSummary } from '../export/trace-finder.ts';
import type { TraceStore } from '../export/trace-store.ts';
import { listTraces, type TraceList } from './find-api.ts';
import {
  detailSpan,
  linesOfTrace,
  outlineTrace,
  type SpanDetail,
  type TraceLines,
  type TraceOutline,
} from './trace-api.ts';

/** `GET /api/one-log/names`: what a filter can ask for; operations of `?service=`, or none. */
export interface Names {
  readonly services: readonly string[];
  readonly operations: readonly string[];
}

/** Why there is no answer; where a trace is not held, with those whose ids are like the one asked for. */
export interface Refusal {
  readonly error: string;
  readonly nearest?: readonly TraceSummary[];
}

interface PageAnswer {
  readonly status: number;
  readonly body: TraceList | TraceOutline | TraceLines | SpanDetail | Names | Refusal;
}

/** The page's own API of traces, under `/api/one-log/`; undefined for a path of none of them. */
export function answerPage(store: TraceStore, url: URL): PageAnswer | undefined {
  if (!url.pathname.startsWith(ROOT)) return undefined;
  const [first = '', id, part, spanId, ...rest] = url.pathname.slice(ROOT.length).split('/');
  try {
    if (first === 'names' && id === undefined) return ok(names(store, url.searchParams));
    if (first !== 'traces' || rest.length > 0) return refused(404, EXPECTED + first);
    if (id === undefined) return ok(listTraces(store, url.searchParams));
    return answerTrace(store, id, part, spanId, url.searchParams);
  } catch (error) {
    if (error instanceof BadParameter) return refused(400, error.message);
    throw error;
  }
}

const ROOT = '/api/one-log/';
const EXPECTED =
  'expected traces, traces/:id, traces/:id/lines, traces/:id/spans/:span or names, got ';

function answerTrace(
  store: TraceStore,
  id: string,
  part: string | undefined,
  spanId: string | undefined,
  params: URLSearchParams,
): PageAnswer {
  const traceId = parseTraceId(id);
  if (part === 'lines' && spanId === undefined) return ok(linesOfTrace(store, traceId, params));
  if (part === 'spans' && spanId !== undefined) {
    const detail = detailSpan(store, traceId, spanId);
    return detail ? ok(detail) : refused(404, `trace ${traceId} has no span ${spanId}`);
  }
  if (part !== undefined) return refused(404, `${EXPECTED}traces/:id/${part}`);
  const outline = outlineTrace(store, traceId);
  if (outline !== undefined) return ok(outline);
  const error = `no trace ${traceId} is held: it may be still to come, or have fallen out of the store`;
  return { status: 404, body: { error, nearest: store.finder.nearest(id) } };
}

function names({ queries }: TraceStore, params: URLSearchParams): Names {
  const operations = queries.operations(params.get('service') ?? '').map(({ name }) => name);
  return { services: queries.services(), operations: [...new Set(operations)] };
}

const ok = (body: PageAnswer['body']): PageAnswer => ({ status: 200, body });

const refused = (status: number, error: string): PageAnswer => ({ status, body: { error } });
