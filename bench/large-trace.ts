import type { LogEntry } from '../log/entry.ts';
import type { RebuiltSpan } from '../spans/rebuild.ts';
import type { Span } from '../spans/span.ts';

const SERVICES = ['petstore', 'payment', 'mail', 'stock'];
const START_SECONDS = 1_795_363_200;
const MOST_CHILDREN = 12;

/** One trace of so many spans with their attributes and lines, as the lab's services log them; the same each time. */
export function largeTrace(
  id: string,
  count: number,
): { readonly traceId: string; readonly spans: RebuiltSpan[] } {
  const traceId = id.padStart(32, '0');
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const times: { start: number; end: number }[] = [];
  const spans = Array.from({ length: count }, (_, index): RebuiltSpan => {
    const parent = index === 0 ? -1 : Math.floor((index - 1) / (1 + random(MOST_CHILDREN)));
    const within = times[parent] ?? { start: 0, end: 10_000_000 };
    const start = within.start + random(Math.max(1, (within.end - within.start) / 2));
    const end = start + random(Math.max(1, within.end - start));
    times.push({ start, end });
    return spanOf({ traceId, index, parent, start, end, failed: random(50) === 0 });
  });
  return { traceId, spans };
}

interface Drawn {
  readonly traceId: string;
  readonly index: number;
  /** -1 for none. */
  readonly parent: number;
  /** Microseconds since the trace's start. */
  readonly start: number;
  readonly end: number;
  readonly failed: boolean;
}

function spanOf({ traceId, index, parent, start, end, failed }: Drawn): RebuiltSpan {
  const service = SERVICES[index % SERVICES.length] ?? '';
  const instance = `${service}@bench/1.${START_SECONDS}`;
  const route = `/things/{id}/parts/${index % 17}`;
  const span: Omit<Span, 'lines'> = {
    traceId,
    spanId: spanIdOf(index),
    ...(parent < 0 ? {} : { parentSpanId: spanIdOf(parent) }),
    name: `GET ${route}`,
    kind: 2,
    startTimeUnixNano: nanos(start),
    endTimeUnixNano: nanos(end),
    status: failed ? { code: 2, message: 'no such part' } : { code: 0 },
    attributes: {
      'http.request.method': 'GET',
      'http.route': route,
      'http.response.status_code': failed ? 404 : 200,
      'url.path': route.replace('{id}', String(index)),
      'server.address': '127.0.0.1',
      'server.port': 9090,
      'user_agent.original': 'bench/1.0',
    },
    events: [],
    links: [],
    resource: { 'service.name': service, 'service.instance.id': instance },
    warnings: [],
  };
  const entries = ['span start', 'span end'].map((msg, at) =>
    entryOf(service, instance, 2 * index + at, at === 0 ? start : end, msg, span),
  );
  return { span: { ...span, lines: entries.map(({ seq }) => ({ instance, seq })) }, entries };
}

function entryOf(
  node: string,
  instance: string,
  seq: number,
  micros: number,
  msg: string,
  { traceId, spanId, attributes }: Omit<Span, 'lines'>,
): LogEntry {
  const ts = START_SECONDS + micros / 1e6;
  const log = { level: 30, msg, trace_id: traceId, span_id: spanId, attributes };
  const text = JSON.stringify({ ts, node, instance, stream: 'stdout', seq, log });
  return { ts, node, instance, stream: 'stdout', seq, log, text };
}

const spanIdOf = (index: number): string => index.toString(16).padStart(16, '0');

const nanos = (micros: number): string =>
  `${(BigInt(START_SECONDS) * 1_000_000n + BigInt(micros)) * 1000n}`;
