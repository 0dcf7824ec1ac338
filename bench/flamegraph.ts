import { gzipSync } from 'node:zlib';
import { dice } from '../services/dice.ts';
import { criticalPath } from '../spans/critical-path.ts';
import { callTree, callTreeOf } from '../spans/flame/call-tree.ts';
import { diffCallTrees } from '../spans/flame/diff.ts';
import { foldedLines } from '../spans/flame/formats/folded.ts';
import { perfettoJson } from '../spans/flame/formats/perfetto.ts';
import { pprofProfile } from '../spans/flame/formats/pprof.ts';
import { speedscopeFile } from '../spans/flame/formats/speedscope.ts';
import { flameDiffSvg, flameSvg } from '../spans/flame/formats/svg.ts';
import { growth } from '../spans/flame/growth.ts';
import { measureTrace } from '../spans/flame/measured-trace.ts';
import { SPAN_KIND, STATUS, type Span } from '../spans/span.ts';
import { cpuSeconds, median, report } from './measure.ts';

const RUNS = 5;
const TRACES = 1_000;
const SPANS_A_TRACE = 100;
const SPANS_OF_LARGE = 40_000;
const OPERATIONS = 40;
const SERVICES = 8;
const ORIGIN = 1_795_363_200_000_000_000n;

/**
 * Flame graphs of 100,000 spans in 1,000 traces in each format, from spans to
 * bytes; the comparison of half of them with the other; and one trace of 40,000
 * spans: its critical path, and its flame graph.
 */
export async function bench(): Promise<void> {
  const traces = Array.from({ length: TRACES }, (_, seed) => randomTrace(SPANS_A_TRACE, seed));
  const title = 'bench';
  const headings = { title, notes: [] };
  const ofAll = 'flame graph of 100,000 spans';
  await measured(`${ofAll}: svg`, () => flameSvg(callTree(traces), headings));
  await measured(`${ofAll}: folded`, () => [...foldedLines(callTree(traces))].join(''));
  await measured(`${ofAll}: speedscope`, () =>
    JSON.stringify(speedscopeFile(title, [{ name: title, tree: callTree(traces) }])),
  );
  await measured(`${ofAll}: pprof`, () => gzipSync(pprofProfile(callTree(traces), ORIGIN)));
  await measured(`${ofAll}: perfetto`, () =>
    [...perfettoJson(traces.map((spans) => measureTrace(spans, 'self')))].join(''),
  );
  await measured(`${ofAll}: svg of the critical paths`, () =>
    flameSvg(callTree(traces, { weight: 'critical' }), headings),
  );
  await measured('500 traces against 500: svg and table', () => {
    const all = traces.map((spans) => measureTrace(spans, 'self'));
    const [before, after] = [all.slice(0, TRACES / 2), all.slice(TRACES / 2)];
    const table = JSON.stringify(growth(before, after, 'duration'));
    return (
      flameDiffSvg(diffCallTrees(callTreeOf(before), callTreeOf(after)), 'duration', headings) +
      table
    );
  });
  const large = randomTrace(SPANS_OF_LARGE, TRACES);
  await measured('critical path of a trace of 40,000 spans', () => criticalPath(large));
  await measured('flame graph of that trace: svg', () => flameSvg(callTree([large]), headings));
}

async function measured(what: string, work: () => { readonly length: number }): Promise<void> {
  const seconds: number[] = [];
  let length = 0;
  for (let run = 0; run < RUNS; run++) {
    const taken = await cpuSeconds(work);
    seconds.push(taken.seconds);
    length = taken.result.length;
  }
  if (length === 0) throw new Error(`${what}: nothing came of it`);
  report(
    what,
    `${median(seconds).toFixed(2)} CPU s`,
    `${length.toLocaleString('en')} bytes or sections`,
  );
}

/** Spans that call each other at random, many of them at the same time. */
function randomTrace(spans: number, seed: number): Span[] {
  const roll = dice(seed);
  const times: { readonly start: number; readonly end: number }[] = [{ start: 0, end: 1e9 }];
  const traceId = seed.toString(16).padStart(32, '0');
  const id = (at: number): string => (at + 1).toString(16).padStart(16, '0');
  return Array.from({ length: spans }, (_, at) => {
    const parent = Math.floor(roll() * at);
    const above = times[parent] ?? { start: 0, end: 1e9 };
    const ends = [roll(), roll()].map((share) =>
      Math.round(above.start + share * (above.end - above.start)),
    );
    const time = at === 0 ? above : { start: Math.min(...ends), end: Math.max(...ends) };
    times[at] = time;
    return {
      traceId,
      spanId: id(at),
      ...(at > 0 && { parentSpanId: id(parent) }),
      name: `operation ${at % OPERATIONS}`,
      kind: SPAN_KIND.internal,
      startTimeUnixNano: `${ORIGIN + BigInt(time.start)}`,
      endTimeUnixNano: `${ORIGIN + BigInt(time.end)}`,
      status: { code: STATUS.unset },
      attributes: {},
      events: [],
      links: [],
      resource: { 'service.name': `service-${at % SERVICES}` },
      lines: [],
      warnings: [],
    };
  });
}
