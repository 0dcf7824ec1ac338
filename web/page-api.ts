import { BadParameter, parseTraceId } from '../export/query-params.ts';
import type { StoredLine, TraceFilter, TraceSummary } from '../export/trace-queries.ts';
import type { TraceStore } from '../export/trace-store.ts';
import type { Span } from '../spans/span.ts';

/** `GET /api/one-log/traces`: the newest first. */
export interface TraceList {
  readonly traces: readonly TraceSummary[];
  /** All that is held, of which `traces` are the newest that fit the filter. */
  readonly total: number;
  /** Traces that fell out of the store since it was opened. */
  readonly evicted: number;
}

/** `GET /api/one-log/traces/:id`: spans by start, lines by time. */
export interface TraceDetail {
  readonly traceId: string;
  readonly spans: readonly Span[];
  readonly lines: readonly StoredLine[];
  /** Of all traces, sorted: what colours are counted by. */
  readonly services: readonly string[];
}

/** `GET /api/one-log/names`: what a filter can ask for; operations of `?service=`, or none. */
export interface Names {
  readonly services: readonly string[];
  readonly operations: readonly string[];
}

interface PageAnswer {
  readonly status: number;
  readonly body: TraceList | TraceDetail | Names | { readonly error: string };
}

/**
 * The page's own API, under `/api/one-log/`; undefined for any other path.
 * The list takes `service`, `operation`, `text`, `errors=true`,
 * `minDuration` in milliseconds and `limit` (default 50, at most 500).
 */
export function answerPage(store: TraceStore, url: URL): PageAnswer | undefined {
  if (!url.pathname.startsWith(ROOT)) return undefined;
  try {
    return answer(store, url.pathname.slice(ROOT.length), url.searchParams);
  } catch (error) {
    if (error instanceof BadParameter) return { status: 400, body: { error: error.message } };
    throw error;
  }
}

const ROOT = '/api/one-log/';

function answer({ queries, stats }: TraceStore, path: string, params: URLSearchParams): PageAnswer {
  if (path === 'traces') {
    const { age, size } = stats.evicted;
    const traces = queries.summaries(filterOf(params));
    return {
      status: 200,
      body: { traces, total: stats.traces, evicted: age.traces + size.traces },
    };
  }
  if (path === 'names') {
    const operations = queries.operations(params.get('service') ?? '').map(({ name }) => name);
    const body = { services: queries.services(), operations: [...new Set(operations)] };
    return { status: 200, body };
  }
  if (path.startsWith('traces/')) {
    const traceId = parseTraceId(path.slice('traces/'.length));
    const trace = queries.trace(traceId);
    if (trace === undefined) {
      const error = `no trace ${traceId} is held: it may be still to come, or have fallen out of the store`;
      return { status: 404, body: { error } };
    }
    return { status: 200, body: { traceId, ...trace, services: queries.services() } };
  }
  return { status: 404, body: { error: `expected traces, traces/:id or names, got ${path}` } };
}

function filterOf(params: URLSearchParams): TraceFilter {
  const service = params.get('service') ?? '';
  const operation = params.get('operation') ?? '';
  const text = params.get('text') ?? '';
  return {
    ...(service === '' ? {} : { service }),
    ...(operation === '' ? {} : { operation }),
    ...(text === '' ? {} : { text }),
    errors: params.get('errors') === 'true',
    minMicros: Math.round(1000 * between(params, 'minDuration', 0, 1e12, 0)),
    limit: Math.round(between(params, 'limit', 1, 500, 50)),
  };
}

function between(
  params: URLSearchParams,
  name: string,
  min: number,
  max: number,
  fallback: number,
): number {
  const text = params.get(name) ?? '';
  if (text === '') return fallback;
  const value = Number(text);
  if (value >= min && value <= max) return value;
  throw new BadParameter(`'${name}' should be a number from ${min} to ${max}, got "${text}"`);
}
