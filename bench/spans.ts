import { parseFirehoseLine } from '../log/wire.ts';
import { SpanRebuilder } from '../spans/rebuild.ts';
import { cpuSeconds, pairwise, report, thousands } from './measure.ts';

const TRACES = 20_000;
const RUNS = 5;

/** Spans rebuilt from stored lines (three lines a span), beside JSON.parse alone on the same lines. Per CPU second. */
export async function bench(): Promise<void> {
  const lines = storedLines();
  const spans = TRACES * 2;
  const rebuild = async (): Promise<number> => {
    let given = 0;
    const { seconds } = await cpuSeconds(() => {
      const rebuilder = new SpanRebuilder(() => given++);
      for (const line of lines) {
        const entry = parseFirehoseLine(line);
        if (entry !== undefined) rebuilder.push(entry);
      }
      rebuilder.end();
    });
    if (given !== spans) throw new Error(`${given} spans instead of ${spans}`);
    return lines.length / seconds;
  };
  const parse = async (): Promise<number> => {
    const { seconds } = await cpuSeconds(() => {
      for (const line of lines) JSON.parse(line);
    });
    return lines.length / seconds;
  };
  const { a, b, ratio } = await pairwise(RUNS, rebuild, parse);
  report(
    'spans rebuilt from stored lines',
    `${thousands((a * spans) / lines.length)} spans/s`,
    `${thousands(a)} lines/s`,
  );
  report(
    'JSON.parse alone on the same lines',
    `${thousands(b)} lines/s`,
    `rebuilding ${ratio.toFixed(2)} of it`,
  );
}

/** The log of checkouts, each two spans, interleaved as concurrent requests would be. */
function storedLines(): string[] {
  const lines: string[] = [];
  const seqs = { petstore: 0, payment: 0 };
  const line = (at: number, node: keyof typeof seqs, log: object): void => {
    lines.push(
      JSON.stringify({
        ts: at,
        node,
        instance: `${node}@bench/1.1`,
        stream: 'stdout',
        seq: seqs[node]++,
        log,
      }),
    );
  };
  const nanos = (seconds: number): string => `${Math.round(seconds * 1e6)}000`;
  for (let trace = 0; trace < TRACES; trace++) {
    const at = 1_795_363_200 + trace / 1e3;
    for (const [node, span, parent] of [
      ['petstore', 1, undefined],
      ['payment', 2, 1],
    ] as const) {
      const ids = {
        trace_id: (trace + 1).toString(16).padStart(32, '0'),
        span_id: (trace * 2 + span).toString(16).padStart(16, '0'),
        trace_flags: '01',
      };
      const boundary = {
        level: 30,
        ...ids,
        ...(parent !== undefined && {
          parent_span_id: (trace * 2 + parent).toString(16).padStart(16, '0'),
        }),
        span_name: 'PUT /users/:user/basket',
        span_kind: 'server',
        start_time_unix_nano: nanos(at),
        status: { code: 0 },
        attributes: {
          'http.request.method': 'PUT',
          'url.path': '/users/ann/basket',
          'server.port': 9090,
        },
        events: [],
        links: [],
      };
      line(at, node, { msg: 'span start', ...boundary });
      line(at + 0.001, node, {
        level: 30,
        msg: 'basket priced',
        ...ids,
        user: 'ann',
        amount: 1200,
      });
      line(at + 0.002, node, {
        msg: 'span end',
        ...boundary,
        end_time_unix_nano: nanos(at + 0.002),
      });
    }
  }
  return lines;
}
