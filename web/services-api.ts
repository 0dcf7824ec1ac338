import { setImmediate as others } from 'node:timers/promises';
import type { CallCursor } from '../export/call-reader.ts';
import type { TraceStore } from '../export/trace-store.ts';
import { CallGraphBuilder, type CallGraph } from './call-graph.ts';
import { numberParam } from './number-param.ts';

/** `GET /api/one-log/services`: what the held spans tell of a time. */
export interface ServiceMap extends CallGraph {
  /** The time that it is of, in Unix microseconds: shorter than asked where there were too many spans in it. */
  readonly fromMicros: number;
  readonly toMicros: number;
  readonly spans: number;
  /** Whether older spans of the time asked for were left out. */
  readonly isCut: boolean;
}

/** Far beyond any trace, and still exact in microseconds. */
const MAX_SECONDS = 9e9;
/** Spans in one answer; the newest count. */
const MAX_SPANS = 200_000;
/** Read at once: the next waits until others had their turn. */
const SLICE_SPANS = 1_000;
/** An answer is given again for ten times as long as it took to make, and at least so long. */
const MIN_FRESH_MILLIS = 1_000;

/** Makes the map of services, one at a time, and remembers the last. */
export class ServiceMaps {
  readonly #store: TraceStore;
  #last: { key: string; map: Promise<ServiceMap>; until: number } | undefined;

  constructor(store: TraceStore) {
    this.#store = store;
  }

  /**
   * `from` and `to` in Unix seconds, or `last` seconds before the newest
   * span; all that is held where none is given. Throws BadParameter.
   */
  async answer(params: URLSearchParams): Promise<ServiceMap> {
    const newest = this.#store.calls.newestMicros() ?? 0;
    const last = numberParam(params, 'last', 0, MAX_SECONDS);
    const end = numberParam(params, 'to', 0, MAX_SECONDS);
    const to = end === undefined ? newest : end * 1e6;
    const start = numberParam(params, 'from', 0, MAX_SECONDS) ?? 0;
    const from = last === undefined ? start * 1e6 : to - last * 1e6;
    // Not of the newest span, which is another each time.
    const key = ['from', 'to', 'last'].map((name) => params.get(name) ?? '').join(' ');
    if (this.#last?.key === key && performance.now() < this.#last.until) return this.#last.map;
    await this.#last?.map.catch(() => {});
    const began = performance.now();
    const current = { key, map: this.#make(from, to), until: Number.POSITIVE_INFINITY };
    this.#last = current;
    try {
      return await current.map;
    } finally {
      const now = performance.now();
      current.until = now + Math.max(MIN_FRESH_MILLIS, 10 * (now - began));
    }
  }

  /** Goes back in time through all services at once, so that what is left out is older for all of them. */
  async #make(fromMicros: number, toMicros: number): Promise<ServiceMap> {
    const builder = new CallGraphBuilder();
    const cursors = new Map<string, CallCursor>();
    for (const service of this.#store.queries.services()) {
      cursors.set(service, { startMicros: toMicros + 1, trace: 0, spanId: '' });
    }
    let spans = 0;
    let oldest = toMicros;
    while (cursors.size > 0 && spans < MAX_SPANS) {
      const [service, cursor] = latest(cursors);
      const slice = this.#store.calls.slice(service, fromMicros, cursor, SLICE_SPANS);
      for (const span of slice) builder.add(service, span);
      spans += slice.length;
      const end = slice.at(-1);
      if (end !== undefined) oldest = Math.min(oldest, end.startMicros);
      if (end === undefined || slice.length < SLICE_SPANS) cursors.delete(service);
      else cursors.set(service, end);
      await others();
    }
    const isCut = cursors.size > 0;
    return { ...builder.build(), fromMicros: oldest, toMicros, spans, isCut };
  }
}

/** The service whose spans have been read least far back. */
function latest(cursors: ReadonlyMap<string, CallCursor>): [string, CallCursor] {
  let found: [string, CallCursor] | undefined;
  for (const each of cursors) {
    if (found === undefined || each[1].startMicros > found[1].startMicros) found = each;
  }
  return found as [string, CallCursor];
}
