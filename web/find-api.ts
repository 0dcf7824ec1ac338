import { BadParameter } from '../export/query-params.ts';
import type { TraceFilter, TracePoint, TraceSummary } from '../export/trace-finder.ts';
import type { TraceStore } from '../export/trace-store.ts';
import { numberParam } from './number-param.ts';

/** `GET /api/one-log/traces`: the newest first. */
export interface TraceList {
  readonly traces: readonly TraceSummary[];
  /** All that were found, up to a thousand; `traces` are the first of them. */
  readonly points: readonly TracePoint[];
  /** How many of the newest were looked through, of those in the time asked for. */
  readonly searched: number;
  /** All that is held. */
  readonly total: number;
  /** Traces that fell out of the store since it was opened. */
  readonly evicted: number;
}

/**
 * The traces that `service`, `operation`, `text`, `errors=true`, `minDuration`
 * and `maxDuration` in milliseconds, and the time leave: `from` and `to` in
 * Unix seconds as in the log's `ts`, or `last` seconds before the newest trace.
 * `limit` is how many are told in full (default 50, at most 500). Throws BadParameter.
 */
export function listTraces({ finder, stats }: TraceStore, params: URLSearchParams): TraceList {
  const { age, size } = stats.evicted;
  const { summaries, points, searched } = finder.find(filterOf(params, finder.newestMicros() ?? 0));
  return {
    traces: summaries,
    points,
    searched,
    total: stats.traces,
    evicted: age.traces + size.traces,
  };
}

function filterOf(params: URLSearchParams, newestMicros: number): TraceFilter {
  const texts = ['service', 'operation', 'text']
    .map((name) => [name, params.get(name) ?? ''] as const)
    .filter(([, text]) => text !== '');
  const maxMicros = micros(params, 'maxDuration', 1e3);
  const last = micros(params, 'last', 1e6);
  const fromMicros = last === undefined ? micros(params, 'from', 1e6) : newestMicros - last;
  const toMicros = micros(params, 'to', 1e6);
  if (fromMicros !== undefined && toMicros !== undefined && toMicros < fromMicros) {
    throw new BadParameter("'to' should not be before 'from'");
  }
  return {
    ...(Object.fromEntries(texts) as Pick<TraceFilter, 'service' | 'operation' | 'text'>),
    errors: params.get('errors') === 'true',
    minMicros: micros(params, 'minDuration', 1e3) ?? 0,
    ...(maxMicros === undefined ? {} : { maxMicros }),
    ...(fromMicros === undefined ? {} : { fromMicros }),
    ...(toMicros === undefined ? {} : { toMicros }),
    limit: Math.round(numberParam(params, 'limit', 1, 500) ?? 50),
  };
}

/** Microseconds of a parameter in another unit; undefined where it is not given. */
function micros(params: URLSearchParams, name: string, unitMicros: number): number | undefined {
  // Beyond this a double no longer counts microseconds.
  const value = numberParam(params, name, 0, Math.floor(Number.MAX_SAFE_INTEGER / unitMicros));
  return value === undefined ? undefined : Math.round(value * unitMicros);
}
