import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { scanLog } from '../../runner/scan-log.ts';
import { parsedSpans, type SpanSink } from '../../runner/span-sinks.ts';
import { traceLogs } from '../../runner/trace-logs.ts';
import type { Span } from '../../spans/span.ts';

const folder = mkdtempSync(join(tmpdir(), 'one-log-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const START = 1_795_363_200;

/** Spans that show boundaries, then some that have ids alone, then text that the rules which ship can read, in words and as nginx writes it. */
const LOG = [
  ...Array.from({ length: 30 }, (_, at) => boundaries(at)).flat(),
  ...Array.from({ length: 30 }, (_, at) => idsAlone(at)).flat(),
  ...Array.from({ length: 30 }, (_, at) => inWords(at)).flat(),
  ...Array.from({ length: 30 }, (_, at) => access(at)),
];

function boundaries(at: number): object[] {
  const span = {
    ...ids(at),
    span_name: 'GET /pets',
    span_kind: 'server',
    start_time_unix_nano: `${(START + at) * 1e6}000`,
  };
  const end = { end_time_unix_nano: `${(START + at) * 1e6 + 500}000` };
  return [
    { msg: 'span start', ...span },
    { msg: 'span end', ...span, ...end },
  ];
}

function idsAlone(at: number): object[] {
  return [
    { level: 30, msg: 'basket read', ...ids(100 + at) },
    { level: 30, msg: 'basket priced', ...ids(100 + at) },
  ];
}

function inWords(at: number): object[] {
  return [
    { message: `Charging ${at} cents to card ****4242` },
    { message: `card ****4242 charged with ${at} cents` },
  ];
}

function access(at: number): object {
  return {
    message: `127.0.0.1 - - [23/Nov/2026:08:01:${String(at).padStart(2, '0')} +0000] "GET /pets/${at} HTTP/1.1" 200 512 "-" "curl/8" rt=0.0${10 + at}`,
  };
}

function ids(at: number): object {
  return {
    trace_id: (at + 1).toString(16).padStart(32, '0'),
    span_id: (at + 1).toString(16).padStart(16, '0'),
  };
}

async function spansOf(trace: (sink: SpanSink) => Promise<unknown>): Promise<Span[]> {
  const spans: Span[] = [];
  await trace({
    takeLines: async (ndjson) => void spans.push(...parsedSpans(ndjson)),
    take: async (more) => void spans.push(...more),
    end: async () => {},
  });
  return spans.sort((a, b) => (a.spanId < b.spanId ? -1 : 1));
}

test('lines without boundaries are traced by the fast way as by the general one', async () => {
  const file = join(folder, 'firehose.ndjson');
  writeFileSync(
    file,
    LOG.map(
      (log, seq) =>
        `${JSON.stringify({ ts: START + seq, node: 'shop', instance: 'shop@a/1.1', stream: 'stdout', seq, log })}\n`,
    ).join(''),
  );
  const general = await spansOf((sink) => traceLogs([file], { rules: 'auto' }, sink));
  expect(general).toHaveLength(120);
  expect(general.filter(({ warnings }) => warnings.length > 0).length).toBeGreaterThan(0);
  const fast = await spansOf((sink) => scanLog(file, sink));
  expect(fast).toEqual(general);
});
